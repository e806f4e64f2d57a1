using Understudy.Inference.Tasks;

namespace Understudy.Inference.Budgets;

/// <summary>What a task may say of its budget.</summary>
internal static class BudgetRules
{
    private const decimal Most = 1_000_000_000m;

    public static void Check(TaskDefinition task, List<string> problems)
    {
        if (task.Budget is not { } budget)
        {
            return;
        }

        foreach (var (field, value) in new[]
        {
            ("perDay", budget.PerDay), ("perCall", budget.PerCall), ("perMillionInputTokens", budget.PerMillionInputTokens), ("perMillionOutputTokens", budget.PerMillionOutputTokens),
        })
        {
            if (value is < 0 or > Most)
            {
                problems.Add(FormattableString.Invariant($"task.json: budget.{field} is {value}; it must be from 0 to {Most}. Correct it."));
            }
        }

        if (budget is { PerCall: 0, PerMillionInputTokens: 0, PerMillionOutputTokens: 0 })
        {
            problems.Add("task.json: budget has no price, so nothing would ever be spent. Give perCall, or perMillionInputTokens and perMillionOutputTokens.");
        }
        else if (budget.PerCall == 0 && task.Kind == TaskRules.Classification && task.Lead is not { IsRemote: true } or { Protocol: LeadDefinition.Grpc })
        {
            problems.Add($"task.json: budget prices tokens, and {(task.Lead is { IsRemote: true } ? "a Verifier counts" : "the release's own lead has")} none, so nothing would ever be spent. Give perCall.");
        }

        if (string.IsNullOrWhiteSpace(budget.Currency) || budget.Currency.Length > 8)
        {
            problems.Add($"task.json: budget.currency is '{budget.Currency}'; it must be 1 to 8 characters, such as USD. Correct it.");
        }
    }
}
