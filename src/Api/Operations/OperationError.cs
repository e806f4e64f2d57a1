namespace Understudy.Api.Operations;

/// <summary>Why an operation has no result.</summary>
/// <param name="Type">The kind of failure, for programs.</param>
/// <param name="Message">What happened, for people.</param>
public sealed record OperationError(string Type, string Message);
