#pragma once
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "json/view.hpp"
#include "json/words.hpp"
#include "json/writer.hpp"

namespace understudy::json {
inline namespace UNDERSTUDY_ABI {

/// Sentences about what is wrong with a document: "/paused: must be true or false, got 1; /streak: ...".
class Problems {
 public:
  void add(std::string_view path, std::string_view reason) {
    if (++count_ > shown) return;
    if (!text_.empty()) text_ += "; ";
    if (!path.empty()) text_.append(path).append(": ");
    text_ += reason;
  }
  [[nodiscard]] bool none() const { return count_ == 0; }
  [[nodiscard]] std::string text() const {
    return count_ <= shown ? text_ : text_ + "; and " + std::to_string(count_ - shown) + " more";
  }

 private:
  static constexpr int shown = 5;
  std::string text_;
  int count_{0};
};

/// Reads the members of an object. What is absent or null is nothing, or the default; what is wrong is too,
/// and is added to the problems. Lives no longer than the Members it was made from.
class Members {
 public:
  Members(View object, Problems& problems) : view_(object), problems_(&problems) {
    if (!object.is_object()) problems.add("", "must be an object, got " + described(object));
  }

  [[nodiscard]] bool has(std::string_view key) const { return static_cast<bool>(view_[key]); }
  [[nodiscard]] View view() const { return view_; }

  [[nodiscard]] std::optional<std::string> maybe_text(std::string_view key) const {
    const auto value = view_[key];
    if (value.kind() == Kind::string) return std::string(value.string());
    return wrong(key, value, "must be a string");
  }
  [[nodiscard]] std::string text(std::string_view key) const {
    return maybe_text(key).value_or(std::string());
  }

  [[nodiscard]] std::optional<std::int64_t> integer(std::string_view key, std::int64_t least,
                                                    std::int64_t most) const {
    const auto value = view_[key];
    if (const auto number = value.integer(); number && *number >= least && *number <= most) return number;
    return wrong(key, value,
                 "must be an integer from " + std::to_string(least) + " to " + std::to_string(most));
  }
  [[nodiscard]] int whole(std::string_view key, int otherwise, int least = 0,
                          int most = 2'000'000'000) const {
    const auto number = integer(key, least, most);
    return number ? static_cast<int>(*number) : otherwise;
  }
  [[nodiscard]] std::optional<double> number(std::string_view key, double least, double most) const {
    const auto value = view_[key];
    if (const auto number = value.number(); number && *number >= least && *number <= most) return number;
    return wrong(
        key, value,
        "must be a number from " + Writer().number(least).done() + " to " + Writer().number(most).done());
  }
  [[nodiscard]] bool flag(std::string_view key, bool otherwise = false) const {
    const auto value = view_[key];
    if (const auto flag = value.boolean()) return *flag;
    wrong(key, value, "must be true or false");
    return otherwise;
  }
  template <class Enum>
  [[nodiscard]] std::optional<Enum> word(std::string_view key) const {
    const auto value = view_[key];
    if (const auto word = parse_word<Enum>(value.string())) return word;
    return value ? wrong(key, value, "must be one of " + words<Enum>()) : std::nullopt;
  }

  /// What is no object has no members.
  [[nodiscard]] Members object(std::string_view key) const {
    const auto value = view_[key];
    if (!value.is_object()) wrong(key, value, "must be an object");
    return {value, *this, key, -1};
  }
  /// Calls `use(Members)` for each object of a list.
  template <class Use>
  void each(std::string_view key, Use&& use) const {
    int index = 0;
    each_value(key, [&](View value) {
      const Members item(value, *this, key, index++);
      if (value.is_object())
        use(item);
      else
        problems_->add(item.path(), "must be an object, got " + described(value));
    });
  }
  /// Calls `use(std::string_view)` for each string of a list.
  template <class Use>
  void each_text(std::string_view key, Use&& use) const {
    int index = 0;
    each_value(key, [&](View value) {
      const Members item(value, *this, key, index++);
      if (value.kind() == Kind::string)
        use(value.string());
      else
        problems_->add(item.path(), "must be a string, got " + described(value));
    });
  }

  void problem(std::string_view key, std::string_view reason) const {
    problems_->add(path().append(key.empty() ? "" : "/").append(key), reason);
  }
  template <class Enum>
  [[nodiscard]] static std::string words() {
    std::string all;
    for (std::uint8_t value = 0;; ++value) {
      const std::string_view name = to_string(static_cast<Enum>(value));
      if (name.empty() || name == "?") return all;
      all.append(all.empty() ? "" : ", ").append(name);
    }
  }
  [[nodiscard]] static std::string described(View value) {
    switch (value.kind()) {
      case Kind::none: return "nothing";
      case Kind::object: return "an object";
      case Kind::array: return "a list";
      case Kind::string:
        return value.raw().size() > 40 ? "a long string" : Writer().text(value.string()).done();
      case Kind::null:
      case Kind::boolean:
      case Kind::number: break;
    }
    return std::string(value.raw().substr(0, 40));
  }

 private:
  Members(View view, const Members& parent, std::string_view key, int index)
      : view_(view), problems_(parent.problems_), parent_(&parent), key_(key), index_(index) {}

  [[nodiscard]] std::string path() const {
    if (parent_ == nullptr) return {};
    auto path = parent_->path().append("/").append(key_);
    return index_ < 0 ? path : path.append("/").append(std::to_string(index_));
  }
  std::nullopt_t wrong(std::string_view key, View value, std::string_view must) const {
    if (value) problem(key, std::string(must) + ", got " + described(value));
    return std::nullopt;
  }
  template <class Use>
  void each_value(std::string_view key, Use&& use) const {
    const auto list = view_[key];
    if (list.kind() != Kind::array) wrong(key, list, "must be a list");
    for (const auto value : list.elements()) use(value);
  }

  View view_;
  Problems* problems_;
  const Members* parent_{nullptr};
  std::string_view key_{};
  int index_{-1};
};

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::json
