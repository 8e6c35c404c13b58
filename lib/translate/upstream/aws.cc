// Upstreams of type `aws`: functions of AWS Lambda, in one region.
//
// A request becomes the Invoke call of Lambda's API, which the proxy signs: kgw gives it no keys.
#include <algorithm>

#include "base/strings.h"
#include "translate/context.h"
#include "translate/upstream/function.h"
#include "translate/upstream/hosts.h"
#include "translate/upstream/plugin.h"
#include "translate/upstream/secret.h"

namespace kgw::translate::upstream {
namespace {

using base::Cat;
using schema::core::Secret;
using schema::gloo::AwsUpstream;
using schema::gloo::LambdaFunction;

constexpr char kNoCredentials[] =
    "no aws secret provided. consider setting enableCredentialsDiscovey to true or enabling "
    "service account credentials if running in EKS";

constexpr std::string_view kStyles[] = {"SYNC", "ASYNC"};

const AwsUpstream& SpecOf(const config::Resource& object) {
  return object.As<schema::gloo::Upstream>().spec().aws();
}

std::string HostOf(const AwsUpstream& aws) {
  return Cat("lambda.", aws.region(), ".amazonaws.com");
}

const LambdaFunction* FindFunction(const AwsUpstream& aws, std::string_view logical_name) {
  for (const LambdaFunction& function : aws.lambdafunctions()) {
    if (function.logicalname() == logical_name) return &function;
  }
  return nullptr;
}

// What the URL of an Invoke call names: a function of the caller's account, or of another one.
std::string FunctionId(const AwsUpstream& aws, const LambdaFunction& function) {
  if (aws.awsaccountid().empty()) return function.lambdafunctionname();
  return Cat("arn:aws:lambda:", aws.region(), ":", aws.awsaccountid(),
             ":function:", function.lambdafunctionname());
}

bool IsVisible(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

// What is wrong with the Secret as a pair of keys, or nothing.
std::string ProblemOf(const Secret& secret, const schema::gloo::ResourceRef& ref,
                      std::string_view namespace_) {
  const auto access = SecretValue(secret, "aws_access_key_id");
  const auto key = SecretValue(secret, "aws_secret_access_key");
  if (!access || !key)
    return Cat("secret (", ref.name(), ".", namespace_, ") is not an AWS secret");
  const auto session = SecretValue(secret, "aws_session_token");
  if (access->empty() || !IsVisible(*access)) return "access_key is not a valid string";
  if (key->empty() || !IsVisible(*key)) return "secret_key is not a valid string";
  if (session && !IsVisible(*session)) return "session_token is not a valid string";
  return {};
}

class AwsPlugin : public Plugin {
 public:
  std::string_view type() const override { return "aws"; }
  bool has_functions() const override { return true; }
  void Validate(const config::Resource& object, config::Checker* checker) const override;
  bool Translate(const Context& context, const config::Resource& object,
                 model::Upstream* out) const override;
  std::string Invoke(const Context& context, const config::Resource& object,
                     std::string_view function, model::Invocation* out) const override;
};

void ValidateFunctions(const AwsUpstream& aws, config::Checker* checker) {
  for (int i = 0; i < aws.lambdafunctions_size(); ++i) {
    const LambdaFunction& function = aws.lambdafunctions(i);
    const std::string path = Cat("spec.aws.lambdaFunctions[", std::to_string(i), "]");
    if (function.lambdafunctionname().empty()) {
      checker->Reject(Cat(path, ".lambdaFunctionName"), "MissingField",
                      "\"lambdaFunctionName\" is required");
    }
    if (function.logicalname().empty()) {
      checker->Warn(path, "MissingField", "without a logicalName no route can pick this function");
    } else if (FindFunction(aws, function.logicalname()) != &function) {
      checker->Warn(Cat(path, ".logicalName"), "Duplicate",
                    Cat("an earlier function is called \"", function.logicalname(),
                        "\" too, and routes get that one"));
    }
  }
}

void AwsPlugin::Validate(const config::Resource& object, config::Checker* checker) const {
  const AwsUpstream& aws = SpecOf(object);
  if (aws.region().empty()) {
    checker->Reject("spec.aws.region", "MissingField", "\"region\" is required");
  } else if (!IsLabel(aws.region())) {
    checker->Reject("spec.aws.region", "InvalidFormat",
                    Cat("\"", aws.region(), "\" is not a region, as in eu-north-1"));
  }
  ValidateFunctions(aws, checker);
  const auto& overrides = aws.destinationoverrides();
  CheckEnum(overrides.invocationstyle(), kStyles, "spec.aws.destinationOverrides.invocationStyle",
            checker);
  const bool gateway = overrides.unwrapasapigateway() || overrides.responsetransformation();
  if (overrides.unwrapasalb() && gateway) {
    checker->Reject("spec.aws.destinationOverrides.unwrapAsAlb", "InvalidUnion",
                    "only one of unwrapAsAlb and unwrapAsApiGateway/responseTransformation may be "
                    "set");
  }
}

bool AwsPlugin::Translate(const Context& context, const config::Resource& object,
                          model::Upstream* out) const {
  const AwsUpstream& aws = SpecOf(object);
  const auto fail = [&](std::string_view path, std::string message) {
    context.Warn(object, path, "NoCredentials", std::move(message));
    return false;
  };
  if (aws.has_secretref()) {
    const std::string name = NameOfRef(object, aws.secretref());
    const Secret* secret = FindSecret(context, object, aws.secretref());
    if (secret == nullptr) {
      return fail("spec.aws.secretRef.name", Cat("aws secret ", name, " not found"));
    }
    const std::string problem = ProblemOf(*secret, aws.secretref(), name.substr(0, name.find('/')));
    if (!problem.empty()) return fail("spec.aws.secretRef.name", problem);
  } else if (aws.rolearn().empty()) {  // a role needs no secret
    return fail("spec.aws", kNoCredentials);
  }
  const auto& spec = object.As<schema::gloo::Upstream>().spec();
  out->endpoints.push_back(CloudEndpoint(spec, HostOf(aws)));
  return true;
}

std::string AwsPlugin::Invoke(const Context&, const config::Resource& object,
                              std::string_view function, model::Invocation* out) const {
  const AwsUpstream& aws = SpecOf(object);
  if (aws.lambdafunctions().empty()) {
    return Cat("lambda points to upstream with no functions ", object.key.namespace_, "/",
               object.key.name);
  }
  const LambdaFunction* found = FindFunction(aws, function);
  if (found == nullptr) return Cat("unknown lambda function ", function);
  out->method = "POST";
  out->target = Cat("/2015-03-31/functions/", Escape(FunctionId(aws, *found)), "/invocations");
  if (!found->qualifier().empty()) out->target += Cat("?Qualifier=", Escape(found->qualifier()));
  out->authority = HostOf(aws);
  const bool async = *EnumValue(aws.destinationoverrides().invocationstyle(), kStyles) == 1;
  out->headers = {{"x-amz-invocation-type", async ? "Event" : "RequestResponse"},
                  {"x-amz-log-type", "None"}};
  return {};
}

}  // namespace

std::unique_ptr<Plugin> MakeAwsPlugin() { return std::make_unique<AwsPlugin>(); }

}  // namespace kgw::translate::upstream
