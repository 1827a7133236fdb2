#pragma once
#include <span>
#include <string>
#include <string_view>

#include "agl/trouble.hpp"
#include "http/types.hpp"
#include "wire/json_value.hpp"

/// Request bodies and queries as JSON.
namespace understudy::daemon::agl {

/// A body, or a query as JSON; `root` tells which.
struct RequestBody {
  std::string text{"null"};  ///< compact JSON
  std::string_view root{"body"};
  bool empty{true};  ///< absent or null

  [[nodiscard]] wire::Value value() const { return wire::Value(text); }
};

/// The body, as JSON also without a Content-Type. Any other type counts as a string, which no route accepts.
[[nodiscard]] Result<RequestBody> read_body(const http::Request& request);
/// An object, or a 422.
[[nodiscard]] Result<RequestBody> read_object(const http::Request& request);
/// An object; an absent body and null count as an empty one.
[[nodiscard]] Result<RequestBody> read_optional_object(const http::Request& request);

/// The query as an object of strings, with lists for the names in `lists`. `metadata.<key>` becomes
/// "metadata": [[key, value], …].
[[nodiscard]] RequestBody read_query(const http::Request& request, std::span<const std::string_view> lists);
/// The parameters of a list: the body of a search, which is a POST, or else the query.
[[nodiscard]] Result<RequestBody> read_list_params(const http::Request& request,
                                                   std::span<const std::string_view> lists = {});

}  // namespace understudy::daemon::agl
