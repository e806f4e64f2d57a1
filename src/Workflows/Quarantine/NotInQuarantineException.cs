namespace Understudy.Workflows.Quarantine;

/// <summary>There is no quarantined blob of that id.</summary>
public sealed class NotInQuarantineException(string id)
    : Exception($"There is nothing in quarantine with the id '{id}'. It was never there, or its time is over.");
