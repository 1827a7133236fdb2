// Opening a database: is it intact, is it ours, is its schema current?
#include <filesystem>

#include "opening.hpp"
#include "schema.hpp"
#include "understudy/store/reader.hpp"
#include "understudy/store/store.hpp"

namespace understudy::store {

std::expected<Store, OpenError> Store::open(const std::string& path) {
  try {
    std::error_code missing;
    const auto size = std::filesystem::file_size(path, missing);
    if (missing == std::errc::no_such_file_or_directory) {
      if (auto problem = make_new(path, migrations())) return std::unexpected(std::move(*problem));
    } else if (!missing && size == 0) {
      return std::unexpected(damaged(path, "it is empty"));
    }
    auto connection = std::make_unique<Connection>(path, SQLite::OPEN_READWRITE);
    auto& db = connection->db;
    // A turn touches pages all over the indexes: 64 MiB of cache keeps them, and checkpoints every 4,000
    // pages write each of them once. A long read, as for a backup, lets the log grow; the limit shrinks it
    // again.
    db.exec(
        "PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-65536; "
        "PRAGMA wal_autocheckpoint=4000; PRAGMA journal_size_limit=67108864;");
    if (const auto problem = first_problem(*connection); !problem.empty())
      return std::unexpected(damaged(path, problem));
    if (auto problem = migrate(*connection, migrations())) return std::unexpected(std::move(*problem));
    db.exec("PRAGMA journal_mode=WAL;");
    return Store(std::move(connection));
  } catch (const SQLite::Exception& failure) {
    return std::unexpected(open_error(path, failure));
  }
}

std::expected<Reader, OpenError> Reader::open(const std::string& path) {
  try {
    auto connection = std::make_unique<Connection>(path, SQLite::OPEN_READONLY);
    connection->db.exec("PRAGMA temp_store=MEMORY; PRAGMA cache_size=-16384;");
    return Reader(std::move(connection));
  } catch (const SQLite::Exception& failure) {
    return std::unexpected(open_error(path, failure));
  }
}

}  // namespace understudy::store
