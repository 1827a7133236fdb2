#pragma once
#include <array>
#include <cstdint>
#include <optional>

#include "understudy/container/fact.hpp"

#pragma GCC visibility push(default)  // what libunderstudy_container.so shows
namespace understudy::container {

/// Fixed buckets from 10 ms to 60 s, each twice the one before: histograms of different times and places can
/// be added.
class Histogram {
 public:
  static constexpr std::array<std::int64_t, 14> bounds_ms{10,   20,   40,   80,    160,   320,   640,
                                                          1280, 2560, 5120, 10240, 20480, 40960, 60000};
  struct State {
    std::array<std::uint64_t, bounds_ms.size() + 1> counts{};  ///< the last one is beyond the last bound
    std::uint64_t count{0};
    std::int64_t sum_ms{0};
    std::int64_t max_ms{0};
    std::int64_t last_ms{0};
    bool operator==(const State&) const = default;
  };

  Histogram() = default;
  explicit Histogram(const State& state) : state_{state} {}

  void record(Duration duration);
  void merge(const Histogram& later);  ///< `last` becomes the other's, when it has one
  [[nodiscard]] const State& state() const { return state_; }
  [[nodiscard]] bool empty() const { return state_.count == 0; }
  /// Interpolated within its bucket, never above the maximum seen; nullopt when empty. `share` in [0, 1].
  [[nodiscard]] std::optional<std::int64_t> quantile_ms(double share) const;
  bool operator==(const Histogram&) const = default;

 private:
  State state_{};
};

struct ColdStart {
  Histogram total{}, queued{}, create{}, start{}, probe{};
  void record(const Latency& latency);
  void merge(const ColdStart& later);
  bool operator==(const ColdStart&) const = default;
};

}  // namespace understudy::container
#pragma GCC visibility pop
