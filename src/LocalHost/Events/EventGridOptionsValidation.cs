using Microsoft.Extensions.Options;

namespace Understudy.LocalHost.Events;

internal sealed class EventGridOptionsValidation : IValidateOptions<EventGridOptions>
{
    public ValidateOptionsResult Validate(string? name, EventGridOptions options)
    {
        var problems = options.Subscribers
            .Where(subscriber => !Uri.TryCreate(subscriber, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            .Select(subscriber => $"EventGrid:Subscribers: '{subscriber}' is not an http or https address. Give an absolute one.")
            .ToList();
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
