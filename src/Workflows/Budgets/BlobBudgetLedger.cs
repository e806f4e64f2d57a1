using System.Collections.Concurrent;
using System.Globalization;
using Azure.Storage.Blobs;
using Understudy.Inference.Budgets;
using Understudy.Inference.Leads;
using Understudy.Workflows.Blobs;

namespace Understudy.Workflows.Budgets;

/// <summary>Accounts that all hosts of a storage account share: <c>budgets/{task}/{yyyy-MM-dd}.json</c>. Thread-safe.</summary>
internal sealed class BlobBudgetLedger(BlobServiceClient blobs, TimeProvider time) : IBudgetLedger
{
    private static readonly TimeSpan StorageAway = TimeSpan.FromSeconds(10);

    private readonly BlobContainerClient _container = blobs.GetBlobContainerClient(BlobContainers.Budgets);
    private readonly ConcurrentDictionary<(string Task, DateOnly Day), BudgetLine> _lines = new();

    /// <summary>Writes of blobs so far.</summary>
    internal long Writes => _lines.Values.Sum(line => line.Writes);

    public async ValueTask<BudgetReservation?> ReserveAsync(string task, TaskBudget budget, decimal amount, TimeSpan hold, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var reservation = BudgetReservation.Of(task, now, amount);
        var entering = Line(task, reservation.Day).EnterAsync(new(reservation, budget.PerDay, now + hold, 0));
        try
        {
            return await entering.WaitAsync(cancellationToken) ? reservation : null;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Settle(reservation, 0); // behind the reservation, so whatever becomes of that
            throw;
        }
        catch (Exception error)
        {
            Settle(reservation, 0); // what failed may have been written all the same
            throw Away(task, error);
        }
    }

    public void Settle(BudgetReservation reservation, decimal cost) =>
        _ = Line(reservation.Task, reservation.Day).EnterAsync(new(reservation, null, default, cost));

    public async ValueTask<BudgetDay> ReadAsync(string task, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var day = await Line(task, DateOnly.FromDateTime(now.UtcDateTime)).ReadAsync(cancellationToken);
        day.Expire(now);
        return day;
    }

    private static LeadAwayException Away(string task, Exception error) =>
        new($"The account of the budget of task '{task}' cannot be reached, so its lead is not asked: {error.Message.Split('\n')[0]}", StorageAway, error);

    private BudgetLine Line(string task, DateOnly day)
    {
        if (_lines.TryGetValue((task, day), out var line))
        {
            return line;
        }

        foreach (var (past, old) in _lines.Where(entry => entry.Key.Day.AddDays(1) < day && entry.Value.IsIdle))
        {
            _lines.TryRemove(KeyValuePair.Create(past, old));
        }

        var name = string.Create(CultureInfo.InvariantCulture, $"{task}/{day:yyyy-MM-dd}.json");
        return _lines.GetOrAdd((task, day), _ => new(_container.GetBlobClient(name), time));
    }
}
