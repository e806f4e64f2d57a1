using System.Diagnostics;
using Azure;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Time.Testing;
using Understudy.Inference.Budgets;
using Understudy.Inference.Leads;
using Understudy.Tests;
using Understudy.Workflows.Budgets;

namespace Understudy.Workflows.Tests.Budgets;

/// <summary>Hosts that share a storage account are ledgers of their own on it.</summary>
public sealed class BlobBudgetLedgerTests(TestHost host, ITestOutputHelper output)
{
    private static readonly TimeSpan Hold = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Reserve_TwoHundredCallersAtOnce_AsManyAsTheBudgetPaysForAndNotOneMore(int hosts)
    {
        const int Callers = 200, Paid = 60;
        var task = $"crowd-{hosts}";
        var ledgers = Enumerable.Range(0, hosts).Select(_ => new BlobBudgetLedger(host.Blobs, TimeProvider.System)).ToArray();
        var budget = new TaskBudget { PerDay = Paid * 0.25m, PerCall = 0.25m };
        var start = Stopwatch.GetTimestamp();

        var reservations = await Task.WhenAll(Enumerable.Range(0, Callers).Select(async i =>
        {
            await Task.Yield();
            return await ledgers[i % hosts].ReserveAsync(task, budget, 0.25m, Hold, CancellationToken.None);
        }));

        var took = Stopwatch.GetElapsedTime(start);
        Assert.Equal(Paid, reservations.Count(reservation => reservation is not null));
        var day = await new BlobBudgetLedger(host.Blobs, TimeProvider.System).ReadAsync(task, CancellationToken.None);
        Assert.Equal((0m, budget.PerDay, (long)Paid), (day.Spent, day.Reserved, day.Calls));
        output.WriteLine($"{hosts} host(s): {Callers} reservations in {took.TotalMilliseconds:0} ms, {ledgers.Sum(ledger => ledger.Writes)} writes.");
    }

    [Fact]
    public async Task Reserve_AndSettleOverSeveralHosts_TheAccountIsExact()
    {
        const int Callers = 200;
        var ledgers = Enumerable.Range(0, 4).Select(_ => new BlobBudgetLedger(host.Blobs, TimeProvider.System)).ToArray();
        var budget = new TaskBudget { PerDay = 1000, PerCall = 1 };
        var start = Stopwatch.GetTimestamp();

        await Task.WhenAll(Enumerable.Range(0, Callers).Select(async i =>
        {
            await Task.Yield();
            var reservation = await ledgers[i % 4].ReserveAsync("exact", budget, 2, Hold, CancellationToken.None);
            ledgers[i % 4].Settle(reservation!, 1);
        }));

        var day = await Eventually.UntilAsync(() => new BlobBudgetLedger(host.Blobs, TimeProvider.System).ReadAsync("exact", CancellationToken.None).AsTask(), day => day.Reserved == 0, "nothing is reserved");
        Assert.Equal((200m, 0m, 200L), (day.Spent, day.Unsettled, day.Calls));
        output.WriteLine($"4 hosts: {Callers} calls settled in {Stopwatch.GetElapsedTime(start).TotalMilliseconds:0} ms, {ledgers.Sum(ledger => ledger.Writes)} writes.");
    }

    [Fact]
    public async Task Reserve_HolderCrashesBeforeItSettles_CountsAsSpentAndTheNextDayIsNew()
    {
        var time = new FakeTimeProvider(new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero));
        var budget = new TaskBudget { PerDay = 10, PerCall = 1 };
        await new BlobBudgetLedger(host.Blobs, time).ReserveAsync("crash", budget, 7, Hold, CancellationToken.None); // and its host is gone

        var next = new BlobBudgetLedger(host.Blobs, time);
        Assert.Null(await next.ReserveAsync("crash", budget, 4, Hold, CancellationToken.None));
        time.Advance(Hold);
        Assert.Null(await next.ReserveAsync("crash", budget, 4, Hold, CancellationToken.None));
        Assert.NotNull(await next.ReserveAsync("crash", budget, 3, Hold, CancellationToken.None));
        var day = await next.ReadAsync("crash", CancellationToken.None);
        Assert.Equal((7m, 7m, 3m), (day.Spent, day.Unsettled, day.Reserved));

        time.Advance(TimeSpan.FromHours(12));
        Assert.NotNull(await next.ReserveAsync("crash", budget, 10, Hold, CancellationToken.None));
    }

    [Fact]
    public async Task Reserve_RefusedAndAnotherHostSettles_LaterItFits()
    {
        var time = new FakeTimeProvider(new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero));
        var budget = new TaskBudget { PerDay = 10, PerCall = 1 };
        var (one, other) = (new BlobBudgetLedger(host.Blobs, time), new BlobBudgetLedger(host.Blobs, time));
        var first = await one.ReserveAsync("settles", budget, 10, Hold, CancellationToken.None);
        Assert.Null(await other.ReserveAsync("settles", budget, 5, Hold, CancellationToken.None));
        one.Settle(first!, 2);
        await Eventually.UntilAsync(() => one.ReadAsync("settles", CancellationToken.None).AsTask(), day => day.Reserved == 0, "nothing is reserved");

        time.Advance(TimeSpan.FromSeconds(2));

        Assert.NotNull(await other.ReserveAsync("settles", budget, 5, Hold, CancellationToken.None));
    }

    [Fact]
    public async Task Reserve_CallerGivesUp_NothingStaysSetAside()
    {
        var ledger = new BlobBudgetLedger(host.Blobs, TimeProvider.System);
        var budget = new TaskBudget { PerDay = 10, PerCall = 1 };
        using var cancelled = new CancellationTokenSource();
        var reserving = ledger.ReserveAsync("gives-up", budget, 4, Hold, cancelled.Token);
        await cancelled.CancelAsync();

        try
        {
            ledger.Settle((await reserving)!, 0);
        }
        catch (OperationCanceledException)
        {
            // The rule: it was faster than the account.
        }

        await ledger.ReserveAsync("gives-up", budget, 1, Hold, CancellationToken.None);
        Assert.Equal((0m, 1m), await Eventually.UntilAsync(async () => await ledger.ReadAsync("gives-up", CancellationToken.None) is var day ? (day.Spent, day.Reserved) : default, sums => sums.Reserved == 1, "1 is reserved"));
    }

    [Fact]
    public async Task Reserve_StorageAway_TheLeadIsAway()
    {
        var ledger = Nowhere();

        await Assert.ThrowsAsync<LeadAwayException>(async () => await ledger.ReserveAsync("away", new() { PerDay = 1, PerCall = 1 }, 1, Hold, CancellationToken.None));
    }

    // Nobody is kept from the lead by it, so callers are not told to wait for one.
    [Fact]
    public async Task Read_StorageAway_IsTheStoragesFault() =>
        await Assert.ThrowsAsync<RequestFailedException>(async () => await Nowhere().ReadAsync("away", CancellationToken.None));

    private static BlobBudgetLedger Nowhere() => new(
        new BlobServiceClient(
            "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;BlobEndpoint=http://127.0.0.1:9/devstoreaccount1;",
            new() { Retry = { MaxRetries = 0 } }),
        TimeProvider.System);
}
