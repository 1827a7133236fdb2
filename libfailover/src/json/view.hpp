#pragma once
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "understudy/failover/version.hpp"

/// JSON for the libraries, in headers alone: view.hpp and parse.hpp read a document, writer.hpp writes one.
/// (scan.hpp is another matter: it finds what it can in broken text, and allocates nothing.)
namespace understudy::json {
inline namespace UNDERSTUDY_ABI {

enum class Kind : std::uint8_t { none, null, boolean, number, string, array, object };

/// Of a document: values in document order, as places in the text or in what was unescaped of it.
struct Node {
  std::uint32_t key_at{0}, key_size{0};
  std::uint32_t at{0}, size{0};  ///< a string without its quotes; all else as it is written
  std::uint32_t next{0};         ///< the node behind this one and all it contains
  Kind kind{Kind::none};
  bool key_unescaped{false}, unescaped{false};
};

/// A value of a Document, which must outlive it. A missing one, or one of another kind, gives nothing for
/// whatever it is asked.
class View {
 public:
  struct Source {
    std::string_view text{};
    std::string unescaped{};
    std::vector<Node> nodes{};
  };
  class Children;

  View() = default;
  View(const Source* source, std::uint32_t place) : source_(source), place_(place) {}

  [[nodiscard]] Kind kind() const { return source_ == nullptr ? Kind::none : node().kind; }
  [[nodiscard]] bool is_object() const { return kind() == Kind::object; }
  /// It is there, and not null.
  explicit operator bool() const { return kind() > Kind::null; }

  [[nodiscard]] std::string_view string() const {
    return kind() == Kind::string ? text_at(node().at, node().size, node().unescaped) : std::string_view{};
  }
  [[nodiscard]] std::optional<bool> boolean() const {
    return kind() == Kind::boolean ? std::optional(source_->text[node().at] == 't') : std::nullopt;
  }
  /// A number that is written as an integer and fits.
  [[nodiscard]] std::optional<std::int64_t> integer() const { return number_as<std::int64_t>(); }
  [[nodiscard]] std::optional<double> number() const { return number_as<double>(); }
  /// As it is written; of a string without its quotes.
  [[nodiscard]] std::string_view raw() const {
    return source_ == nullptr ? std::string_view{} : text_at(node().at, node().size, node().unescaped);
  }

  /// Its name in the object that it is a member of.
  [[nodiscard]] std::string_view key() const {
    return source_ == nullptr ? std::string_view{}
                              : text_at(node().key_at, node().key_size, node().key_unescaped);
  }
  /// The last member of that name.
  [[nodiscard]] inline View operator[](std::string_view key) const;
  [[nodiscard]] inline Children members() const;   ///< of an object
  [[nodiscard]] inline Children elements() const;  ///< of an array

 private:
  [[nodiscard]] const Node& node() const { return source_->nodes[place_]; }
  [[nodiscard]] std::string_view text_at(std::uint32_t at, std::uint32_t size, bool unescaped) const {
    return (unescaped ? std::string_view(source_->unescaped) : source_->text).substr(at, size);
  }
  template <class Number>
  [[nodiscard]] std::optional<Number> number_as() const {
    if (kind() != Kind::number) return std::nullopt;
    const auto text = raw();
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
  }

  const Source* source_{nullptr};
  std::uint32_t place_{0};
};

/// The members of an object, or the elements of an array.
class View::Children {
 public:
  class Iterator {
   public:
    using value_type = View;
    using difference_type = std::ptrdiff_t;
    Iterator() = default;
    Iterator(const Source* source, std::uint32_t place) : source_(source), place_(place) {}
    View operator*() const { return {source_, place_}; }
    Iterator& operator++() {
      place_ = source_->nodes[place_].next;
      return *this;
    }
    Iterator operator++(int) {
      const auto was = *this;
      ++*this;
      return was;
    }
    bool operator==(const Iterator& other) const { return place_ == other.place_; }

   private:
    const Source* source_{nullptr};
    std::uint32_t place_{0};
  };

  Children() = default;
  Children(const Source* source, std::uint32_t begin, std::uint32_t end)
      : source_(source), begin_(begin), end_(end) {}
  [[nodiscard]] Iterator begin() const { return {source_, begin_}; }
  [[nodiscard]] Iterator end() const { return {source_, end_}; }

 private:
  const Source* source_{nullptr};
  std::uint32_t begin_{0}, end_{0};
};

inline View::Children View::members() const {
  return kind() == Kind::object ? Children(source_, place_ + 1, node().next) : Children();
}
inline View::Children View::elements() const {
  return kind() == Kind::array ? Children(source_, place_ + 1, node().next) : Children();
}
inline View View::operator[](std::string_view key) const {
  View found;
  for (const auto member : members())
    if (member.key() == key) found = member;
  return found;
}

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::json
