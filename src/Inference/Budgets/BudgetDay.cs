namespace Understudy.Inference.Budgets;

/// <summary>
/// The account of one task and day. What is set aside counts as spent until it is settled, so the sum of the two never passes the ceiling.
/// Not thread-safe.
/// </summary>
public sealed class BudgetDay
{
    /// <summary>Settled, and what was never settled in time.</summary>
    public decimal Spent { get; set; }

    /// <summary>The part of <see cref="Spent"/> whose holders never said what their calls had cost: they crashed, or lost their storage.</summary>
    public decimal Unsettled { get; set; }

    /// <summary>Calls that were let through.</summary>
    public long Calls { get; set; }

    /// <summary>By reservation.</summary>
    public Dictionary<string, BudgetLease> Open { get; set; } = [];

    public decimal Reserved => Open.Values.Sum(lease => lease.Amount);

    /// <summary>Sets an amount aside, if it fits under the ceiling. The same id again changes nothing.</summary>
    public bool Reserve(BudgetReservation reservation, decimal ceiling, DateTimeOffset until)
    {
        if (Open.ContainsKey(reservation.Id))
        {
            return true;
        }

        if (Spent + Reserved + reservation.Amount > ceiling)
        {
            return false;
        }

        Open[reservation.Id] = new(reservation.Amount, until);
        Calls++;
        return true;
    }

    /// <summary>Puts what a call did cost in the place of what was set aside for it. One that is not open is settled already, or counted as spent whole: it stays so.</summary>
    /// <returns>Whether anything changed.</returns>
    public bool Settle(string reservation, decimal cost)
    {
        if (!Open.Remove(reservation))
        {
            return false;
        }

        Spent += cost;
        return true;
    }

    /// <summary>Counts as spent what should have been settled by now.</summary>
    /// <returns>Whether anything changed.</returns>
    public bool Expire(DateTimeOffset now)
    {
        var late = Open.Where(lease => lease.Value.Until <= now).ToList();
        foreach (var (id, lease) in late)
        {
            Open.Remove(id);
            Spent += lease.Amount;
            Unsettled += lease.Amount;
        }

        return late.Count > 0;
    }

    public BudgetDay Copy() => new() { Spent = Spent, Unsettled = Unsettled, Calls = Calls, Open = new(Open) };
}
