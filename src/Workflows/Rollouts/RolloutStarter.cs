using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Understudy.Inference.Releases;
using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Rollouts;

/// <summary>Starts rollouts. A key gives the instance its id: the same key is the same rollout. Thread-safe.</summary>
public sealed class RolloutStarter(IWorkflowClient workflows, ReleaseCatalog catalog, IOptions<RolloutOptions> options)
{
    /// <summary>Starts the rollout of a release.</summary>
    /// <param name="version">Or null for the stable one.</param>
    /// <param name="change">What is to be otherwise than the host's settings say; null for nothing.</param>
    /// <param name="key">The caller's idempotency key; without one every call is a rollout of its own.</param>
    /// <returns>The operation's id.</returns>
    /// <exception cref="Inference.Tasks.TaskNotFoundException">There is no such task.</exception>
    /// <exception cref="ReleaseNotFoundException">There is no such release.</exception>
    /// <exception cref="ReleaseInvalidException">It cannot serve.</exception>
    public Task<string> StartAsync(string task, string? version, Func<RolloutSettings, RolloutSettings>? change, string? key, CancellationToken cancellationToken)
    {
        using (var lease = catalog.Acquire(task, version))
        {
            version = lease.Release.Manifest.Version;
        }

        var settings = options.Value.Settings;
        var id = key is null ? null : $"rollout-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{task}\n{key}")).AsSpan(0, 12))}";
        return workflows.StartAsync(WorkflowNames.Rollout, new(task, version, change?.Invoke(settings) ?? settings), id, cancellationToken);
    }
}
