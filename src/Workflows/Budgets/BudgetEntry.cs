using Understudy.Inference.Budgets;

namespace Understudy.Workflows.Budgets;

/// <summary>Something to be written into an account: a reservation, with its ceiling and end, or a settlement, with its cost.</summary>
internal sealed class BudgetEntry(BudgetReservation reservation, decimal? ceiling, DateTimeOffset until, decimal cost)
{
    private readonly TaskCompletionSource<bool> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>True when it was let through.</summary>
    public Task<bool> Done => _done.Task;

    public bool IsReservation => ceiling is not null;

    public BudgetReservation Reservation => reservation;

    /// <returns>False for a reservation that does not fit.</returns>
    public bool Write(BudgetDay day, ref bool changed)
    {
        if (!IsReservation)
        {
            changed |= day.Settle(reservation.Id, cost);
            return true;
        }

        var open = day.Open.Count;
        var fits = day.Reserve(reservation, ceiling!.Value, until);
        changed |= day.Open.Count != open;
        return fits;
    }

    public void Complete(bool letThrough) => _done.TrySetResult(letThrough);

    public void Fail(Exception error)
    {
        _done.TrySetException(error);
        _ = _done.Task.Exception; // nobody may be waiting
    }
}
