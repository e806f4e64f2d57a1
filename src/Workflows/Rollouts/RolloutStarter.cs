using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Understudy.Inference.Releases;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Requests;

namespace Understudy.Workflows.Rollouts;

/// <summary>Starts rollouts. A key gives the instance its id: the same key is the same rollout. Thread-safe.</summary>
public sealed class RolloutStarter(IWorkflowClient workflows, ReleaseCatalog catalog, IOptions<RolloutOptions> options)
{
    /// <summary>Starts the rollout of a release; one whose key was used is its earlier run, whatever has become of the release.</summary>
    /// <param name="version">Or null for the stable one.</param>
    /// <param name="change">What is to be otherwise than the host's settings say; null for nothing.</param>
    /// <param name="key">The caller's idempotency key; without one every call is a rollout of its own.</param>
    /// <param name="request">What the caller sent, by which a key that comes back with something else is noticed; null where a key cannot.</param>
    /// <returns>The operation's id.</returns>
    /// <exception cref="IdempotencyKeyReusedException">The key was used with another request.</exception>
    /// <exception cref="Inference.Tasks.TaskNotFoundException">There is no such task.</exception>
    /// <exception cref="ReleaseNotFoundException">There is no such release.</exception>
    /// <exception cref="ReleaseInvalidException">It cannot serve.</exception>
    public async Task<string> StartAsync(
        string task, string? version, Func<RolloutSettings, RolloutSettings>? change, string? key, CancellationToken cancellationToken, string? request = null)
    {
        var settings = options.Value.Settings;
        var hash = request is null ? null : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(request)));
        var id = key is null ? null : $"rollout-{ShortHash.Of($"{task}\n{key}")}";
        if (id is not null && await workflows.GetAsync(id, cancellationToken) is { } earlier)
        {
            return SameRequest(earlier, hash) ? id : throw new IdempotencyKeyReusedException(key!);
        }

        using (var lease = catalog.Acquire(task, version))
        {
            version = lease.Release.Manifest.Version;
        }

        var started = await workflows.StartAsync(WorkflowNames.Rollout, new(task, version, change?.Invoke(settings) ?? settings, hash), id, cancellationToken);

        // Two requests with one key may arrive together: the engine kept one of them, and the other one asks which.
        return id is null || await workflows.GetAsync(id, cancellationToken) is not { } kept || SameRequest(kept, hash)
            ? started
            : throw new IdempotencyKeyReusedException(key!);
    }

    /// <summary>Rollouts that a program of before began say nothing of their request.</summary>
    private static bool SameRequest(WorkflowState state, string? hash) =>
        hash is null || state.Input is not { } input || !input.TryGetProperty("requestHash", out var earlier) || earlier.GetString() == hash;
}
