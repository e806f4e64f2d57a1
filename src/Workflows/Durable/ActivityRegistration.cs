namespace Understudy.Workflows.Durable;

/// <summary>An activity as an engine sees it: types to read and write JSON with, and a way to run it.</summary>
public sealed record ActivityRegistration(
    string Name,
    Type InputType,
    Type OutputType,
    Func<IServiceProvider, ActivityContext, object?, Task<object?>> RunAsync);
