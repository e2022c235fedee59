/**
 * Lists the public classes with asynchronous methods, so that their errors show where the methods were called, and
 * traces and metrics name the methods.
 */
import { keepCallSites } from "./call-site.js";
import { DataFrameStatFunctions } from "./dataframe/dataframe-stat-functions.js";
import { DataFrameWriterV2 } from "./dataframe/read-write/dataframe-writer-v2.js";
import { DataFrameWriter } from "./dataframe/read-write/dataframe-writer.js";
import { DataFrameActions } from "./dataframe/actions/dataframe-actions.js";
import { DataFrame } from "./dataframe/dataframe.js";
import { DataFrameCombinations } from "./dataframe/dataframe-combinations.js";
import { DataFrameRows } from "./dataframe/dataframe-rows.js";
import { DataFrameStatistics } from "./dataframe/dataframe-statistics.js";
import { Dataset } from "./dataframe/dataset.js";
import { GroupedData } from "./dataframe/grouped-data.js";
import { MergeIntoWriter } from "./dataframe/read-write/merge-into-writer.js";
import { Observation } from "./dataframe/actions/observation.js";
import { PandasCogroupedOps } from "./dataframe/python/pandas-cogrouped-ops.js";
import { DeltaMergeBuilder } from "./delta/delta-merge-builder.js";
import { DeltaTable } from "./delta/delta-table.js";
import { SparkSessionBuilder } from "./session/builder.js";
import { Catalog } from "./session/catalog/catalog.js";
import { DataSourceRegistration } from "./session/registration/data-source-registration.js";
import { RuntimeConf } from "./session/runtime-conf.js";
import { SessionFrames } from "./session/session-frames.js";
import { SparkSession } from "./session/spark-session.js";
import { UDFRegistration } from "./session/registration/udf-registration.js";
import { UDTFRegistration } from "./session/registration/udtf-registration.js";
import { DataStreamWriter } from "./streaming/data-stream-writer.js";
import { StreamingQueryManager } from "./streaming/streaming-query-manager.js";
import { StreamingQuery } from "./streaming/streaming-query.js";
import { StreamSupervisor } from "./supervisor/stream-supervisor.js";

keepCallSites("Catalog", Catalog);
keepCallSites(
  "DataFrame",
  DataFrame,
  DataFrameActions,
  DataFrameCombinations,
  DataFrameRows,
  DataFrameStatFunctions,
  DataFrameStatistics,
  Dataset,
);
keepCallSites("DataFrameWriter", DataFrameWriter);
keepCallSites("DataFrameWriterV2", DataFrameWriterV2);
keepCallSites("DataSourceRegistration", DataSourceRegistration);
keepCallSites("DataStreamWriter", DataStreamWriter);
keepCallSites("DeltaMergeBuilder", DeltaMergeBuilder);
keepCallSites("DeltaTable", DeltaTable);
keepCallSites("GroupedData", GroupedData);
keepCallSites("MergeIntoWriter", MergeIntoWriter);
keepCallSites("Observation", Observation);
keepCallSites("PandasCogroupedOps", PandasCogroupedOps);
keepCallSites("RuntimeConf", RuntimeConf);
keepCallSites("SparkSession", SparkSession, SessionFrames);
keepCallSites("SparkSessionBuilder", SparkSessionBuilder);
keepCallSites("StreamSupervisor", StreamSupervisor);
keepCallSites("StreamingQuery", StreamingQuery);
keepCallSites("StreamingQueryManager", StreamingQueryManager);
keepCallSites("UDFRegistration", UDFRegistration);
keepCallSites("UDTFRegistration", UDTFRegistration);
