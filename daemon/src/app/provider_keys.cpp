#include "app/provider_keys.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace understudy::daemon::app {

std::optional<std::string> ProviderKeys::find(const std::string& variable) const {
  const char* value = std::getenv(variable.c_str());
  return value && *value ? std::optional<std::string>(value) : std::nullopt;
}

std::expected<std::string, std::string> ProviderKeys::in_file(const std::string& path) const {
  const std::scoped_lock lock(mutex_);
  const auto known = files_.find(path);
  if (known == files_.end()) return std::unexpected(path + " has not been read yet");
  return known->second.key;
}

bool ProviderKeys::note(const std::string& path, const config::KeyFile& found) {
  const std::scoped_lock lock(mutex_);
  const auto [at, is_first] = files_.try_emplace(path, found.key, found.place);
  if (is_first) return found.key.has_value();
  auto& known = at->second;
  if (!found.place.empty()) known.place = found.place;
  if (known.key && !found.key && !known.is_missing) {
    known.is_missing = true;
    return false;
  }
  known.is_missing = false;
  const bool is_news =
      known.key.has_value() != found.key.has_value() || (found.key && *known.key != *found.key);
  known.key = found.key;
  return is_news;
}

std::vector<std::string> ProviderKeys::places() const {
  const std::scoped_lock lock(mutex_);
  std::vector<std::string> places;
  for (const auto& [path, known] : files_) {
    places.push_back(path);
    if (!known.place.empty() && known.place != path) places.push_back(known.place);
  }
  return places;
}

void ProviderKeys::keep(const std::vector<std::string>& paths) {
  const std::scoped_lock lock(mutex_);
  std::erase_if(files_,
                [&paths](const auto& known) { return std::ranges::find(paths, known.first) == paths.end(); });
}

std::vector<config::Problem> read_key_files(const config::Config& config, ProviderKeys& keys) {
  std::vector<config::Problem> warnings;
  for (const auto& [name, provider] : config.providers)
    for (const auto& [key, file] : {std::pair("api_key_file", provider.api_key_file),
                                    std::pair("auth_token_file", provider.auth_token_file)}) {
      if (!file) continue;
      auto found = config::read_key_file(*file);
      keys.note(*file, found);
      if (!found.warning.empty())
        warnings.push_back({"/providers/" + name + "/" + key, std::move(found.warning)});
    }
  return warnings;
}

std::vector<config::Problem> missing_keys(const config::Config& config, const fleet::Keys& keys) {
  return config::missing_keys(
      config, [&keys](const std::string& variable) { return keys.find(variable); },
      [&keys](const std::string& path) { return keys.in_file(path); });
}

}  // namespace understudy::daemon::app
