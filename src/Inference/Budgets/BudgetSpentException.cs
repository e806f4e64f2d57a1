namespace Understudy.Inference.Budgets;

/// <summary>The lead may not be asked: what is left of the task's budget for the day does not pay for a call.</summary>
/// <param name="resetsAt">When the next day's begins.</param>
public sealed class BudgetSpentException(string task, TaskBudget budget, DateTimeOffset resetsAt, TimeSpan retryAfter) : Exception(FormattableString.Invariant(
    $"The budget of task '{task}' for its lead, {budget.PerDay} {budget.Currency} a day (budget.perDay), is used up until {resetsAt:yyyy-MM-ddTHH:mm:ssZ}."))
{
    public TaskBudget Budget { get; } = budget;

    public DateTimeOffset ResetsAt { get; } = resetsAt;

    public TimeSpan RetryAfter { get; } = retryAfter;

    /// <summary>As of now.</summary>
    internal static BudgetSpentException Now(string task, TaskBudget budget, TimeProvider time)
    {
        var now = time.GetUtcNow();
        var midnight = new DateTimeOffset(now.UtcDateTime.Date.AddDays(1), TimeSpan.Zero);
        return new(task, budget, midnight, midnight - now);
    }
}
