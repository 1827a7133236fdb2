#pragma once
#include <sqlite3.h>

#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

namespace understudy::store_test {

/// Records every statement of every connection that is opened while it lives: the library's own SQL, not a
/// copy.
class Traced {
 public:
  struct Ran {
    std::string sql;
    std::int64_t steps{0};  ///< of SQLite's virtual machine: the same work is the same number
  };

  Traced() {
    heard().clear();
    sqlite3_auto_extension(reinterpret_cast<void (*)()>(&listen));
  }
  Traced(const Traced&) = delete;
  Traced& operator=(const Traced&) = delete;
  ~Traced() { sqlite3_reset_auto_extension(); }

  /// What ran since the last call.
  [[nodiscard]] static std::vector<Ran> take() {
    const std::lock_guard lock(mutex());
    return std::exchange(heard(), {});
  }

 private:
  static std::vector<Ran>& heard() {
    static std::vector<Ran> all;
    return all;
  }
  static std::mutex& mutex() {
    static std::mutex one;
    return one;
  }
  static int listen(sqlite3* db, char**, const void*) {
    return sqlite3_trace_v2(db, SQLITE_TRACE_PROFILE, &hear, nullptr);
  }
  static int hear(unsigned, void*, void* ran, void*) {
    auto* statement = static_cast<sqlite3_stmt*>(ran);
    const std::lock_guard lock(mutex());
    heard().push_back({sqlite3_sql(statement), sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_VM_STEP, 1)});
    return 0;
  }
};

}  // namespace understudy::store_test
