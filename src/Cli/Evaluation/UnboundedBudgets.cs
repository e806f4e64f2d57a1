using Understudy.Inference.Budgets;

namespace Understudy.Cli.Evaluation;

/// <summary>Pays for everything: measuring a lead that runs here spends nothing of a task's budget.</summary>
internal sealed class UnboundedBudgets : IBudgetLedger
{
    public ValueTask<BudgetReservation?> ReserveAsync(string task, TaskBudget budget, decimal amount, TimeSpan hold, CancellationToken cancellationToken) =>
        new(BudgetReservation.Of(task, DateTimeOffset.UnixEpoch, amount));

    public void Settle(BudgetReservation reservation, decimal cost)
    {
    }

    public ValueTask<BudgetDay> ReadAsync(string task, CancellationToken cancellationToken) => throw new NotSupportedException("There is no account.");
}
