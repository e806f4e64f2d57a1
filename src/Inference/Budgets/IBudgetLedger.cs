using Understudy.Inference.Leads;

namespace Understudy.Inference.Budgets;

/// <summary>Keeps the accounts of tasks' budgets: every call is reserved before it is made and settled after it. Thread-safe.</summary>
public interface IBudgetLedger
{
    /// <summary>Sets aside what a call may cost at most.</summary>
    /// <param name="task">The task.</param>
    /// <param name="budget">Its ceiling.</param>
    /// <param name="amount">0 or more.</param>
    /// <param name="hold">How long the call may take; what is not settled by then counts as spent.</param>
    /// <param name="cancellationToken">Ends the waiting; nothing stays set aside.</param>
    /// <returns>Null when the amount is more than what is left of the day.</returns>
    /// <exception cref="LeadAwayException">The account cannot be reached, so nobody may spend.</exception>
    ValueTask<BudgetReservation?> ReserveAsync(string task, TaskBudget budget, decimal amount, TimeSpan hold, CancellationToken cancellationToken);

    /// <summary>Says what a call did cost: at once, without waiting for the account. If it never gets there, the amount reserved counts.</summary>
    void Settle(BudgetReservation reservation, decimal cost);

    /// <summary>The account of today. Nobody spends by it: where it cannot be reached, the storage's own exception says so.</summary>
    ValueTask<BudgetDay> ReadAsync(string task, CancellationToken cancellationToken);
}
