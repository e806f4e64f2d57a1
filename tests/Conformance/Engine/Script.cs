namespace Understudy.Conformance.Tests.Engine;

/// <summary>The input of a scripted workflow or activity.</summary>
/// <param name="Name">Which script of the <see cref="ScriptBook"/> runs.</param>
/// <param name="Argument">What it is given.</param>
public sealed record Script(string Name, string Argument = "");
