using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Understudy.Inference.Sites;

namespace Understudy.Edge.Releases;

/// <summary>What the releases that serve have done since they do, or since the agent started. Thread-safe.</summary>
internal sealed class TaskAccounts(IOptions<EdgeOptions> options)
{
    private readonly ConcurrentDictionary<string, Account> _accounts = new();

    public SiteCounts Of(string task) => _accounts.TryGetValue(task, out var account) ? account.Counts : new();

    /// <summary>Begins anew: another release serves, or none.</summary>
    public void Begin(string task, string? version) => _accounts[task] = new(version, new(options.Value.ErrorWindow));

    /// <summary>Adds what happened.</summary>
    /// <param name="task">The task.</param>
    /// <param name="version">Whose doing it was; what comes late of a release that serves no more is left out.</param>
    /// <param name="counts">What is more now.</param>
    public void Add(string task, string version, SiteCounts counts)
    {
        if (Find(task, version) is { } account)
        {
            lock (account)
            {
                account.Counts += counts;
            }
        }
    }

    /// <summary>Adds an input's fate.</summary>
    /// <returns>Whether too many have failed lately.</returns>
    public bool Judge(string task, string version, bool failed)
    {
        if (Find(task, version) is not { } account)
        {
            return false;
        }

        lock (account)
        {
            account.Window.Add(failed);
            return failed && account.Window.Rate > options.Value.MaxErrorRate;
        }
    }

    private Account? Find(string task, string version) => _accounts.TryGetValue(task, out var account) && account.Version == version ? account : null;

    private sealed class Account(string? version, ErrorWindow window)
    {
        public string? Version { get; } = version;

        public ErrorWindow Window { get; } = window;

        public SiteCounts Counts { get; set; } = new();
    }
}
