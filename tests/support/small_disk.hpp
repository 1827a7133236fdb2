#pragma once
#include <sqlite3.h>

#include <string>

namespace understudy::support {

/// Limits SQLite to `pages` in every connection opened while this lives, as on a full disk.
class SmallDisk {
 public:
  explicit SmallDisk(int pages) {
    limit() = "PRAGMA max_page_count = " + std::to_string(pages);
    sqlite3_auto_extension(reinterpret_cast<void (*)()>(&opened));
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  ~SmallDisk() { sqlite3_cancel_auto_extension(reinterpret_cast<void (*)()>(&opened)); }

 private:
  static std::string& limit() {
    static std::string pragma;
    return pragma;
  }
  static int opened(sqlite3* db, char**, const void*) {
    return sqlite3_exec(db, limit().c_str(), nullptr, nullptr, nullptr);
  }
};

}  // namespace understudy::support
