namespace Understudy.Inference.Budgets;

/// <summary>The right to make one call.</summary>
/// <param name="Task">Whose budget it is of.</param>
/// <param name="Day">The day that pays, also for a call that ends after midnight.</param>
/// <param name="Id">Unique.</param>
/// <param name="Amount">What was set aside.</param>
public sealed record BudgetReservation(string Task, DateOnly Day, string Id, decimal Amount)
{
    /// <summary>A new one, of the day of that time in UTC.</summary>
    public static BudgetReservation Of(string task, DateTimeOffset now, decimal amount) =>
        new(task, DateOnly.FromDateTime(now.UtcDateTime), Guid.NewGuid().ToString("N"), amount);
}
