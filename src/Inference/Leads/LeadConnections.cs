using System.ClientModel;
using System.Collections.Concurrent;
using Understudy.Inference.Budgets;
using Understudy.Inference.Tasks;

namespace Understudy.Inference.Leads;

/// <summary>The connections to leads behind endpoints, one for each task, opened when first needed. Thread-safe.</summary>
/// <param name="key">The value of a setting <c>LeadKeys:{name}</c>, or null; without it the environment's <c>UNDERSTUDY_LeadKeys__{name}</c>.</param>
/// <param name="tokens">Signs in at Azure's endpoints that have no key; null for nobody.</param>
/// <param name="time">For time limits and pauses.</param>
/// <param name="budgets">Pays for calls of tasks that have a budget; without it one of this process alone.</param>
public sealed class LeadConnections(
    Func<string, string?>? key = null, AuthenticationTokenProvider? tokens = null, TimeProvider? time = null, IBudgetLedger? budgets = null) : IDisposable
{
    /// <summary>The section of the configuration that holds the keys.</summary>
    public const string KeySection = "LeadKeys";

    private readonly Func<string, string?> _key = key ?? (name => Environment.GetEnvironmentVariable($"UNDERSTUDY_{KeySection}__{name}"));
    private readonly ConcurrentDictionary<(string Task, LeadDefinition Lead, bool Patient, TaskBudget? Budget), Lazy<ILeadEndpoint>> _endpoints = new();

    internal IBudgetLedger Budgets { get; } = budgets ?? new MemoryBudgetLedger(time);

    /// <summary>The endpoint of a task whose lead is remote.</summary>
    /// <exception cref="LeadAwayException">Its key is not in the configuration.</exception>
    internal ILeadEndpoint Of(TaskDefinition task) => _endpoints.GetOrAdd(
        (task.Name, task.Lead!, task.WaitsForLead, task.Budget),
        id => new(() => new ResilientLead(Connect(task), id.Lead, id.Patient, time ?? TimeProvider.System), LazyThreadSafetyMode.PublicationOnly)).Value;

    public void Dispose()
    {
        foreach (var endpoint in _endpoints.Values.Where(endpoint => endpoint.IsValueCreated))
        {
            endpoint.Value.Dispose();
        }

        _endpoints.Clear();
    }

    private ILeadEndpoint Connect(TaskDefinition task) =>
        task.Budget is null ? Connect(task.Lead!) : new BudgetedEndpoint(Connect(task.Lead!), task, Budgets, time ?? TimeProvider.System);

    private ILeadEndpoint Connect(LeadDefinition lead)
    {
        var secret = lead.Key is null ? null : _key(lead.Key) ?? throw new LeadAwayException(
            $"{lead.Name} at {lead.Endpoint}: the setting {KeySection}:{lead.Key} is not there. Set it, for instance as the environment variable UNDERSTUDY_{KeySection}__{lead.Key}.", TimeSpan.FromMinutes(1));
        return lead.Protocol == LeadDefinition.Grpc ? GrpcLead.Connect(lead, secret) : OpenAiLead.Connect(lead, secret, tokens);
    }
}
