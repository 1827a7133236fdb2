// Files that appear complete or not at all.
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "opening.hpp"
#include "understudy/store/reader.hpp"

namespace understudy::store {

namespace {

bool sync_to_disk(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  const bool synced = ::fsync(file) == 0;
  return ::close(file) == 0 && synced;
}

}  // namespace

bool put_in_place(const std::string& part, const std::string& target) {
  if (!sync_to_disk(part) || std::rename(part.c_str(), target.c_str()) != 0) return false;
  const auto folder = std::filesystem::path(target).parent_path().string();
  return sync_to_disk(folder.empty() ? "." : folder);
}

std::string copy_to(Connection& connection, const std::string& target) {
  const auto part = target + ".part";
  std::remove(part.c_str());
  const auto failed = [&](const std::string& why) {
    std::remove(part.c_str());
    return "the backup " + target + " could not be written: " + why;
  };
  try {
    SQLite::Statement copy(connection.db, "VACUUM INTO ?");
    copy.bind(1, part);
    copy.exec();
  } catch (const SQLite::Exception& failure) {
    return failed(failure.what());
  }
  return put_in_place(part, target) ? std::string() : failed("it could not be put in place");
}

std::string Reader::backup_to(const std::string& target) {
  return copy_to(*connection_, target);
}

}  // namespace understudy::store
