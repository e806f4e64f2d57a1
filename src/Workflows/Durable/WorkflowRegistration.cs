namespace Understudy.Workflows.Durable;

/// <summary>A workflow as an engine sees it: types to read and write JSON with, and a way to run it.</summary>
/// <param name="Since">The first version of the program whose runs have this code.</param>
public sealed record WorkflowRegistration(
    string Name,
    Type InputType,
    Type OutputType,
    Func<IServiceProvider, WorkflowContext, object?, Task<object?>> RunAsync,
    int Since = 1);
