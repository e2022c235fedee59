-- The highest price of each coin.
CREATE MATERIALIZED VIEW highest AS
SELECT coin, max(high) AS high
FROM daily_high
GROUP BY coin;
