using Microsoft.AspNetCore.Http;
using Understudy.Api.Problems;
using Understudy.Inference.Budgets;
using Understudy.Inference.Releases;
using Understudy.Workflows.Durable;

namespace Understudy.Api.Budgets;

/// <summary>Shows what tasks may spend and have spent.</summary>
public sealed class BudgetHandlers(ReleaseCatalog catalog, IBudgetLedger ledger, TimeProvider time)
{
    /// <summary><c>GET /api/tasks/{task}/budget</c>.</summary>
    public Task<IResult> GetAsync(string task, CancellationToken cancellationToken) => ProblemGuard.RunAsync(async () =>
    {
        if (catalog.Task(task).Budget is not { } budget)
        {
            return View(new(task, null, null, null, null, null, null, null));
        }

        var day = await ledger.ReadAsync(task, cancellationToken);
        var reserved = day.Reserved;
        var resets = new DateTimeOffset(time.GetUtcNow().UtcDateTime.Date.AddDays(1), TimeSpan.Zero);
        return View(new(task, budget, day.Spent, reserved, day.Unsettled, Math.Max(0, budget.PerDay - day.Spent - reserved), day.Calls, resets));
    });

    private static IResult View(BudgetView view) => TypedResults.Json(view, DurableJson.Options);
}
