namespace Understudy.Workflows.Requests;

/// <summary>The lead does not take an input of a request, and no student can answer it: asked again both say the same.</summary>
public sealed class InferRefusedException(string message) : Exception(message);
