using Understudy.Inference.Budgets;

namespace Understudy.Api.Budgets;

/// <summary>A task's budget and what became of today's.</summary>
/// <param name="Task">The task.</param>
/// <param name="Budget">Its ceiling and prices; null where the task has none, and then nothing else is told.</param>
/// <param name="Spent">Of today's, settled.</param>
/// <param name="Reserved">Set aside for calls under way.</param>
/// <param name="Unsettled">The part of <paramref name="Spent"/> whose callers were gone before they said what their calls had cost.</param>
/// <param name="Left">What new calls may cost.</param>
/// <param name="Calls">Calls that were let through today.</param>
/// <param name="ResetsAt">When the next day's begins.</param>
public sealed record BudgetView(
    string Task, TaskBudget? Budget, decimal? Spent, decimal? Reserved, decimal? Unsettled, decimal? Left, long? Calls, DateTimeOffset? ResetsAt);
