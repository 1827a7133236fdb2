#pragma once
#include <span>
#include <string>
#include <string_view>

#include "agl/trouble.hpp"
#include "http/types.hpp"
#include "wire/json_value.hpp"

/// What a request says, as JSON.
namespace understudy::daemon::agl {

/// What was sent and where it came from: Loc's root.
struct RequestBody {
  std::string text{"null"};  ///< compact JSON
  std::string_view root{"body"};
  bool empty{true};  ///< nothing was sent, or null

  [[nodiscard]] wire::Value value() const { return wire::Value(text); }
};

/// The body. Without a Content-Type it is JSON too; any other type than JSON is a text, which no route takes.
[[nodiscard]] Result<RequestBody> read_body(const http::Request& request);
/// An object, or a 422.
[[nodiscard]] Result<RequestBody> read_object(const http::Request& request);
/// An object; nothing and null are an empty one.
[[nodiscard]] Result<RequestBody> read_optional_object(const http::Request& request);

/// The query as an object of texts, in which these names are lists. `metadata.<key>` becomes a member
/// "metadata": [[key, value], …].
[[nodiscard]] RequestBody read_query(const http::Request& request, std::span<const std::string_view> lists);

}  // namespace understudy::daemon::agl
