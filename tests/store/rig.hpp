#pragma once
#include <filesystem>
#include <string>

#include "understudy/store/reader.hpp"
#include "understudy/store/store.hpp"

/// Real files in a folder of their own.
namespace understudy::store_test {

class Folder {
 public:
  Folder() {
    auto pattern = (std::filesystem::temp_directory_path() / "understudy-store-XXXXXX").string();
    if (!::mkdtemp(pattern.data())) throw std::runtime_error("no temporary folder");
    path_ = pattern;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] std::string file() const { return path_ + "/understudy.db"; }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

inline store::Store open(const Folder& folder, store::OpenOptions options = {}) {
  auto store = store::Store::open(folder.file(), options);
  if (!store) throw std::runtime_error(store.error().message);
  return std::move(*store);
}

inline store::Reader read(const Folder& folder) {
  auto reader = store::Reader::open(folder.file());
  if (!reader) throw std::runtime_error(reader.error().message);
  return std::move(*reader);
}

}  // namespace understudy::store_test
