/** Customers and charges of Stripe. Its events say what was created, changed and deleted. */
import { defineConnector } from "sparktide/connectors";

export const stripe = defineConnector({
  name: "stripe",
  baseUrl: "https://api.stripe.com/v1",
  auth: { authType: "Bearer", oauthToken: "env:SPARKTIDE_SECRET_STRIPE" },
  pace: { requestsPerSecond: 20 },
  defaults: {
    dataField: "data",
    // Newest first, in pages: the id of the last record selects the next page.
    pagination: "lastId",
    pageParam: "starting_after",
    moreField: "has_more",
    offsetField: "created",
    offsetType: "max_field",
    offsetScope: "record",
    // `created[gte]` includes the second itself.
    inclusiveOffset: true,
    initialOffset: 0,
  },
  tables: {
    customers: {
      url: "/events?types%5B%5D=customer.created&types%5B%5D=customer.updated&types%5B%5D=customer.deleted&created%5Bgte%5D={created}&limit=100",
      schema:
        "id string, type string, created bigint, data struct<object: struct<id: string, email: string, name: string>>",
      // The event holds the customer. The newest event of a customer is its state.
      key: "data.object.id",
      deletes: "type = 'customer.deleted'",
    },
    charges: {
      url: "/charges?created%5Bgte%5D={created}&limit=100",
      schema: "id string, amount bigint, currency string, created bigint, customer string",
      key: "id",
    },
  },
});
