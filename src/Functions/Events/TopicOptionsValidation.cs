using Microsoft.Extensions.Options;

namespace Understudy.Functions.Events;

internal sealed class TopicOptionsValidation : IValidateOptions<TopicOptions>
{
    public ValidateOptionsResult Validate(string? name, TopicOptions options)
        => string.IsNullOrEmpty(options.TopicEndpoint) || (Uri.TryCreate(options.TopicEndpoint, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"{TopicOptions.Section}__TopicEndpoint: '{options.TopicEndpoint}' is not an https address. Give the topic's endpoint, or leave it out.");
}
