using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Understudy.Inference.Sites;

namespace Understudy.Edge.Releases;

/// <summary>What the releases that serve have done since they do, or since the agent started. Thread-safe.</summary>
internal sealed class TaskAccounts(IOptions<EdgeOptions> options)
{
    private readonly ConcurrentDictionary<string, Account> _accounts = new();

    public SiteCounts Of(string task) => _accounts.TryGetValue(task, out var account) ? account.Counts : new();

    /// <summary>Begins anew: another release serves.</summary>
    public void Reset(string task) => _accounts.TryRemove(task, out _);

    /// <summary>Adds what happened.</summary>
    /// <param name="task">The task.</param>
    /// <param name="counts">What is more now.</param>
    public void Add(string task, SiteCounts counts)
    {
        var account = For(task);
        lock (account)
        {
            account.Counts += counts;
        }
    }

    /// <summary>Adds an input's fate.</summary>
    /// <returns>Whether too many have failed lately.</returns>
    public bool Judge(string task, bool failed)
    {
        var account = For(task);
        lock (account)
        {
            account.Window.Add(failed);
            return failed && account.Window.Rate > options.Value.MaxErrorRate;
        }
    }

    private Account For(string task) => _accounts.GetOrAdd(task, _ => new(new(options.Value.ErrorWindow)));

    private sealed class Account(ErrorWindow window)
    {
        public ErrorWindow Window { get; } = window;

        public SiteCounts Counts { get; set; } = new();
    }
}
