// The tier names a model that its provider does not serve.
#include "classify/rule.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {
namespace {

constexpr std::uint8_t named = statuses::none | statuses::s401 | statuses::s4xx | statuses::s404;

// clang-format off
constexpr Rule model_rows[] = {
    {"bedrock-use-case", Kind::auth_error, Border::fixed, statuses::any,
     "use case details have not been submitted",
     "https://docs.aws.amazon.com/bedrock/latest/userguide/model-access.html"},
    {"routing-restriction", Kind::auth_error, Border::fixed, named,
     "guardrail restrictions; matching your data policy; endpoints ~ data policy|guardrail|privacy",
     "https://openrouter.ai/docs/guides/privacy"},
    {"permission-on-model", Kind::auth_error, Border::fixed, named,
     "permission ~ denied on resource",
     "https://cloud.google.com/vertex-ai/generative-ai/docs"},
    {"model-unknown", Kind::model_not_found, Border::fixed, statuses::any,
     "model_not_found; model not found; ModelUnavailableError; ModelNotFound; model_not_exist; model not exist; invalid_model; "
     "invalid model; unknown model; unknown_model; no such model; not a valid model; not found the model; "
     "model_is_deactivated; model has been deactivated; model has been retired; "
     "model has been decommissioned; model_decommissioned; model is deprecated; "
     "model has been deprecated; DeploymentNotFound; deployment ~ does not exist|not found; "
     "no endpoints found for; no allowed providers; issue with the selected model; unable to access model; unable to access ~ model; model_not_available; not work with the specified model; no such languageModel; NoSuchModel; ProviderModelNotFound; cannot use this model; model is not enabled; requires a newer version of; InvalidEndpointOrModel; no models loaded; no endpoints available; no_available_model_endpoints; no model available; model name is invalid; model identifier is invalid; "
     "try pulling it first; publisher model; not found for api version; is not found for api; "
     "unrecognized_model; model_not_supported; model not supported; unsupported model; "
     "requested model is not supported; =model is not supported.; =the model is not supported.; end of its life; end-of-life; ModelNotOpen; "
     "not activated the model; supported api model names; supported model names; supported models are; "
     "UnsupportedModel; llm provider not provided; 模型不存在; 模型代码; 不支持该模型; 不存在该模型",
     "https://platform.openai.com/docs/guides/error-codes"},
    {"model-not-served", Kind::model_not_found, Border::fixed, named,
     "model ~ does not exist|doesn't exist|not exist|was not found|is not found|could not be found|"
     "not found|not a valid|no longer available|no longer supported|decommissioned|deactivated|"
     "retired|is not supported when|is not supported by|is not available; not supported by any provider; "
     "endpoint ~ is not running|not deployed|currently closed; "
     "model id ~ invalid|isn't supported; on-demand throughput; model: claude!; model is not available",
     "https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html"},
    {"model-behind-5xx", Kind::model_not_found, Border::fixed, statuses::s5xx,
     "with on-demand throughput; provided model identifier is invalid",
     "https://github.com/aws-samples/bedrock-access-gateway"},
    {"model-not-supported", Kind::model_not_found, Border::fixed, statuses::none,
     "model ~ is not supported",
     "https://docs.github.com/copilot"},
    {"not-found-object", Kind::model_not_found, Border::fixed, statuses::none | statuses::s404 | statuses::s4xx,
     "=not_found_error; =NotFoundError; openai.NotFoundError; anthropic.NotFoundError; litellm.NotFoundError; "
     "=resource_not_found_error",
     "https://platform.claude.com/docs/en/api/errors"},
};
// clang-format on

}  // namespace

std::span<const Rule> model_rules() {
  return model_rows;
}

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
