using Microsoft.Extensions.Options;

namespace Understudy.Api.Quotas;

internal sealed class QuotaOptionsValidation : IValidateOptions<QuotaOptions>
{
    public ValidateOptionsResult Validate(string? name, QuotaOptions options)
    {
        var problems = options.Tasks.Where(quota => quota.Value < 0)
            .Select(quota => $"{QuotaOptions.Section}:Tasks:{quota.Key} is {quota.Value}. Give requests a minute, or 0 for no quota.").ToList();
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
