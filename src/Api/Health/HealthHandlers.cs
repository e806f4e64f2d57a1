using Azure.Storage.Blobs;
using Microsoft.AspNetCore.Http;
using Understudy.Inference.Releases;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;

namespace Understudy.Api.Health;

/// <summary>The probes.</summary>
public sealed class HealthHandlers(ReleaseCatalog catalog, BlobServiceClient blobs, IWorkflowClient workflows)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary><c>GET /health/live</c>: the process answers.</summary>
    public Task<IResult> LiveAsync() => Task.FromResult<IResult>(TypedResults.Json(new HealthReport("live", []), DurableJson.Options));

    /// <summary><c>GET /health/ready</c>: a task can be answered, and the engine and the storage can be reached. A task whose definition or stable channel is wrong is told of, and keeps no other from being answered.</summary>
    public async Task<IResult> ReadyAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        List<string> problems = [], wrong = [];
        await TryAsync("models", () =>
        {
            // Every task is looked at, so that each one that is wrong is told of.
            if (catalog.ValidTasks((name, invalid) => LeaveOut(name, invalid.Problems))
                .Count(task => catalog.ValidPointer(task.Name, "stable", invalid => LeaveOut(task.Name, invalid.Problems))?.Version is not null) == 0)
            {
                problems.Add("models: no task has a stable release. Train one, or point UNDERSTUDY_MODELS to a folder that has.");
            }

            return Task.CompletedTask;
        });
        await TryAsync("storage", () => blobs.GetBlobContainerClient(BlobContainers.Batches).ExistsAsync(patience.Token));
        await TryAsync("workflows", () => workflows.GetAsync("health", patience.Token));
        cancellationToken.ThrowIfCancellationRequested();
        return problems.Count == 0
            ? TypedResults.Json(new HealthReport("ready", wrong), DurableJson.Options)
            : TypedResults.Json(new HealthReport("not ready", [.. problems, .. wrong]), DurableJson.Options, statusCode: StatusCodes.Status503ServiceUnavailable);

        void LeaveOut(string task, IEnumerable<string> reasons) => wrong.Add($"models: task '{task}' is left out. {string.Join(' ', reasons)}");

        // Whatever keeps a part from answering is what the probe is there to say: each engine and credential has failures of its own.
        async Task TryAsync(string part, Func<Task> check)
        {
            try
            {
                await check();
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                problems.Add($"{part}: {exception.Message}");
            }
        }
    }
}
