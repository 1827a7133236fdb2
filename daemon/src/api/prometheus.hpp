#pragma once
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace understudy::daemon::api {

/// Writes the Prometheus text format, version 0.0.4.
class PrometheusText {
 public:
  using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  /// Call it before the first sample of a name; `type` is counter, gauge or histogram.
  void family(std::string_view name, std::string_view type, std::string_view help);
  void sample(std::string_view name, Labels labels, double value) { line(name, labels, {}, value); }
  /// A name with one sample.
  void single(std::string_view name, std::string_view type, std::string_view help, double value,
              Labels labels = {}) {
    family(name, type, help);
    sample(name, labels, value);
  }

  /// Buckets, sum and count. `counts` are not cumulative and have one more entry than `bounds`, for +Inf.
  template <class Bound>
  void histogram(std::string_view name, Labels labels, std::span<const Bound> bounds, double bound_unit,
                 std::span<const std::uint64_t> counts, double sum) {
    const std::string base(name);
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
      seen += counts[i];
      const auto bound = i < bounds.size() ? number(static_cast<double>(bounds[i]) * bound_unit) : "+Inf";
      line(base + "_bucket", labels, bound, static_cast<double>(seen));
    }
    line(base + "_sum", labels, {}, sum);
    line(base + "_count", labels, {}, static_cast<double>(seen));
  }

  [[nodiscard]] std::string done() && { return std::move(out_); }

 private:
  static std::string number(double value);
  void line(std::string_view name, Labels labels, std::string_view bound, double value);
  std::string out_;
};

}  // namespace understudy::daemon::api
