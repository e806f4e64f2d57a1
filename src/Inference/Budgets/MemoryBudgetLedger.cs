namespace Understudy.Inference.Budgets;

/// <summary>Accounts of this process alone; gone when it ends. For a command or a device that no other shares a budget with. Thread-safe.</summary>
public sealed class MemoryBudgetLedger(TimeProvider? time = null) : IBudgetLedger
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly Dictionary<(string Task, DateOnly Day), BudgetDay> _days = [];

    public ValueTask<BudgetReservation?> ReserveAsync(string task, TaskBudget budget, decimal amount, TimeSpan hold, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var now = _time.GetUtcNow();
        var reservation = BudgetReservation.Of(task, now, amount);
        lock (_days)
        {
            var day = Day(task, reservation.Day);
            day.Expire(now);
            return new(day.Reserve(reservation, budget.PerDay, now + hold) ? reservation : null);
        }
    }

    public void Settle(BudgetReservation reservation, decimal cost)
    {
        lock (_days)
        {
            Day(reservation.Task, reservation.Day).Settle(reservation.Id, cost);
        }
    }

    public ValueTask<BudgetDay> ReadAsync(string task, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        lock (_days)
        {
            var day = Day(task, DateOnly.FromDateTime(now.UtcDateTime));
            day.Expire(now);
            return new(day.Copy());
        }
    }

    private BudgetDay Day(string task, DateOnly day)
    {
        if (!_days.TryGetValue((task, day), out var account))
        {
            foreach (var past in _days.Keys.Where(key => key.Task == task && key.Day.AddDays(1) < day).ToList())
            {
                _days.Remove(past);
            }

            _days[(task, day)] = account = new();
        }

        return account;
    }
}
