#include <sqlite3.h>

// Swift sees no function with a variable number of arguments.

/// Makes closing `database` leave its write-ahead log as it is: neither copied into the file nor deleted.
static inline int csqlite_keep_log_at_close(sqlite3 *database, int keep) {
    return sqlite3_db_config(database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, keep, (int *)0);
}

/// Makes a file's own schema unable to do harm: it may neither corrupt the file nor call functions with effects.
static inline int csqlite_distrust_schema(sqlite3 *database) {
    int status = sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)0);
    return status != SQLITE_OK ? status : sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, (int *)0);
}
