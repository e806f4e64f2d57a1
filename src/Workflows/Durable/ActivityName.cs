namespace Understudy.Workflows.Durable;

/// <summary>Names an activity and fixes the types that go in and come out.</summary>
/// <param name="Value">The name under which every engine registers it; part of stored history, so it never changes.</param>
public readonly record struct ActivityName<TIn, TOut>(string Value)
{
    public override string ToString() => Value;
}
