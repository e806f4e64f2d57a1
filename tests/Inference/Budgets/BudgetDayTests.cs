using CsCheck;
using Understudy.Inference.Budgets;

namespace Understudy.Inference.Tests.Budgets;

public sealed class BudgetDayTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Reserve_WhatIsSetAside_CountsAsSpent()
    {
        var day = new BudgetDay();

        Assert.True(day.Reserve(Reservation("a", 6), ceiling: 10, Noon));
        Assert.False(day.Reserve(Reservation("b", 5), ceiling: 10, Noon));
        day.Settle("a", 1);
        Assert.True(day.Reserve(Reservation("b", 5), ceiling: 10, Noon));
        Assert.Equal((1m, 5m, 2L), (day.Spent, day.Reserved, day.Calls));
    }

    [Fact]
    public void Expire_HolderGone_TheWholeAmountIsSpent()
    {
        var day = new BudgetDay();
        day.Reserve(Reservation("gone", 4), ceiling: 10, Noon);

        Assert.False(day.Expire(Noon.AddTicks(-1)));
        Assert.True(day.Expire(Noon));

        Assert.Equal((4m, 4m, 0m), (day.Spent, day.Unsettled, day.Reserved));
        Assert.False(day.Settle("gone", 1));
        Assert.Equal(4, day.Spent);
    }

    /// <summary>However reservations, settlements and crashes follow one another, as long as no call costs more than was set aside for it.</summary>
    [Fact]
    public void Day_AnyOrderOfThings_NeverPassesTheCeiling() => Gen.Select(Gen.Int[0, 2], Gen.Int[1, 30], Gen.Int[0, 100]).List[1, 200].Sample(steps =>
    {
        const decimal Ceiling = 50;
        var (day, paid, now) = (new BudgetDay(), 0m, Noon);
        foreach (var (step, (kind, amount, share)) in steps.Index())
        {
            now += TimeSpan.FromSeconds(1);
            if (kind == 0)
            {
                day.Reserve(Reservation($"{step}", amount), Ceiling, now.AddSeconds(20));
            }
            else if (kind == 1 && day.Open.FirstOrDefault() is { Key: { } id } first)
            {
                var cost = first.Value.Amount * share / 100;
                paid += day.Settle(id, cost) ? cost : 0;
            }
            else
            {
                day.Expire(now);
            }

            if (day.Spent + day.Reserved > Ceiling || paid > day.Spent || day.Spent - day.Unsettled != paid)
            {
                return false;
            }
        }

        return true;
    });

    private static BudgetReservation Reservation(string id, decimal amount) => new("mail", new DateOnly(2026, 11, 27), id, amount);
}
