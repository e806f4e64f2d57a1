using Microsoft.Extensions.Options;

namespace Understudy.LocalHost.Durable;

/// <summary>Reports every option that is out of its range.</summary>
internal sealed class EmbeddedDurableOptionsValidation : IValidateOptions<EmbeddedDurableOptions>
{
    public ValidateOptionsResult Validate(string? name, EmbeddedDurableOptions options)
    {
        var problems = new List<string>();
        if (string.IsNullOrWhiteSpace(options.DatabasePath))
        {
            problems.Add($"{nameof(options.DatabasePath)} is empty; give it the path of a file.");
        }

        AtLeast(1, options.MaxConcurrentActivities, nameof(options.MaxConcurrentActivities));
        AtLeast(0, options.MaxCachedInstances, nameof(options.MaxCachedInstances));
        AtLeast(1, options.MaxBatch, nameof(options.MaxBatch));
        if (!Enum.IsDefined(options.Durability))
        {
            problems.Add($"{nameof(options.Durability)} is {options.Durability}; it is ProcessCrash or PowerLoss.");
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);

        void AtLeast(int minimum, int value, string key)
        {
            if (value < minimum)
            {
                problems.Add($"{key} is {value}; it is at least {minimum}.");
            }
        }
    }
}
