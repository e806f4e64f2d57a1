using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Requests;

/// <summary>Starts durable requests. An idempotency key gives the instance its id: the same key is the same run. Thread-safe.</summary>
public sealed class InferStarter(IWorkflowClient workflows, ReleaseCatalog catalog, ClaimCheck claims)
{
    /// <summary>Where <c>work</c> holds the inputs of requests that are too large for their run's history.</summary>
    internal const string InputsFolder = "inputs/";

    /// <summary>Starts a request on the task's stable release; one whose key was used is its earlier run, whatever serves now.</summary>
    /// <param name="key">The caller's idempotency key; without one every request is a run of its own.</param>
    /// <param name="store">Whether the lead's answers may be kept as lessons.</param>
    /// <param name="verify">Whether the lead is asked about every input.</param>
    /// <returns>The operation's id.</returns>
    /// <exception cref="IdempotencyKeyReusedException">The key was used with another request.</exception>
    /// <exception cref="Inference.Tasks.TaskNotFoundException">There is no such task.</exception>
    /// <exception cref="InputTooLongException">An input is too long for the release's lead.</exception>
    public async Task<string> StartAsync(
        string task, IReadOnlyList<InferenceInput> inputs, bool single, string? key, CancellationToken cancellationToken, bool store = true, bool verify = false)
    {
        var hash = Hash(task, inputs, single, verify);
        var id = key is null ? null : OperationId(task, key);
        if (id is not null && await workflows.GetAsync(id, cancellationToken) is { } earlier)
        {
            return SameRequest(earlier, hash, store) ? id : throw new IdempotencyKeyReusedException(key!);
        }

        using var lease = catalog.Acquire(task);
        InputTooLongException.ThrowIfAny(lease.Release, inputs);
        var claim = await claims.CheckInAsync($"{InputsFolder}{hash}.json", inputs, cancellationToken);
        var started = await workflows.StartAsync(WorkflowNames.Infer, new InferRun(task, lease.Release.Manifest.Version, claim, hash, single, store, verify), id, cancellationToken);

        // Two requests with one key may arrive together: the engine kept one of them, and the other one asks which.
        return id is null || await workflows.GetAsync(id, cancellationToken) is not { } kept || SameRequest(kept, hash, store)
            ? started
            : throw new IdempotencyKeyReusedException(key!);
    }

    private static string OperationId(string task, string key) => $"infer-{ShortHash.Of($"{task}\n{key}")}";

    private static bool SameRequest(WorkflowState state, string hash, bool store) =>
        state.Input?.Deserialize<InferRun>(DurableJson.Options) is not { } first || (first.RequestHash == hash && first.Store == store);

    private static string Hash(string task, IReadOnlyList<InferenceInput> inputs, bool single, bool verify)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{task}\n{single}\n{(verify ? "verify\n" : "")}"));
        foreach (var input in inputs)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{input.Id.Length}:{input.Text.Length}:{input.Id}{input.Text}"));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
