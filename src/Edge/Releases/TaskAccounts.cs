using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Understudy.Inference.Sites;

namespace Understudy.Edge.Releases;

/// <summary>What the packages that serve have done since they do, or since the agent started: a version may serve in several, one after the other. Thread-safe.</summary>
internal sealed class TaskAccounts(IOptions<EdgeOptions> options)
{
    private readonly ConcurrentDictionary<string, Account> _accounts = new();

    public SiteCounts Of(string task) => _accounts.TryGetValue(task, out var account) ? account.Counts : new();

    /// <summary>Begins anew: another package serves.</summary>
    public void Begin(string task, string package) => _accounts[task] = new(package, new(options.Value.ErrorWindow));

    /// <summary>Nothing serves.</summary>
    public void End(string task) => _accounts.TryRemove(task, out _);

    /// <summary>Adds what happened.</summary>
    /// <param name="task">The task.</param>
    /// <param name="package">Whose doing it was; what comes late of one that serves no more is left out. Null where nobody knows.</param>
    /// <param name="counts">What is more now.</param>
    public void Add(string task, string? package, SiteCounts counts)
    {
        if (Find(task, package) is { } account)
        {
            lock (account)
            {
                account.Counts += counts;
            }
        }
    }

    /// <summary>Adds an input's fate.</summary>
    /// <returns>Whether too many have failed lately.</returns>
    public bool Judge(string task, string package, bool failed)
    {
        if (Find(task, package) is not { } account)
        {
            return false;
        }

        lock (account)
        {
            account.Window.Add(failed);
            return failed && account.Window.Rate > options.Value.MaxErrorRate;
        }
    }

    private Account? Find(string task, string? package) => _accounts.TryGetValue(task, out var account) && account.Package == package ? account : null;

    private sealed class Account(string package, ErrorWindow window)
    {
        public string Package { get; } = package;

        public ErrorWindow Window { get; } = window;

        public SiteCounts Counts { get; set; } = new();
    }
}
