namespace Understudy.Inference.Budgets;

/// <summary>An amount that is set aside for a call under way.</summary>
/// <param name="Amount">The most that the call may cost.</param>
/// <param name="Until">If nobody has settled it by then, whoever held it is gone, and it counts as spent whole.</param>
public sealed record BudgetLease(decimal Amount, DateTimeOffset Until);
