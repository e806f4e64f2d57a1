using System.Reflection;

namespace Understudy.Architecture.Tests;

/// <summary>The arrows of the layout: who may know whom, read off the compiled assemblies.</summary>
public sealed class LayoutTests
{
    public static TheoryData<string, string[]> Arrows => new()
    {
        { "Understudy.Inference", [] },
        { "Understudy.Hosting", [] },
        { "Understudy.Training", ["Understudy.Inference"] },
        { "Understudy.Workflows", ["Understudy.Inference"] },
        { "Understudy.Api", ["Understudy.Workflows", "Understudy.Inference", "Understudy.Hosting"] },
        { "Understudy.Functions", ["Understudy.Api", "Understudy.Workflows", "Understudy.Inference", "Understudy.FunctionsStubs"] },
        { "Understudy.LocalHost", ["Understudy.Api", "Understudy.Workflows", "Understudy.Inference", "Understudy.Training", "Understudy.Hosting"] },
        { "Understudy.Verifier", ["Understudy.Inference", "Understudy.Hosting"] },
        { "Understudy.Edge", ["Understudy.Inference", "Understudy.Hosting"] },
        { "understudy", ["Understudy.Training", "Understudy.Workflows", "Understudy.Inference"] },
    };

    [Theory]
    [MemberData(nameof(Arrows))]
    public void Assembly_References_FollowTheArrows(string assembly, string[] allowed)
    {
        var ours = Assembly.Load(assembly).GetReferencedAssemblies().Select(name => name.Name!).Where(name => name.StartsWith("Understudy", StringComparison.OrdinalIgnoreCase));
        Assert.Subset(allowed.ToHashSet(), ours.ToHashSet());
    }

    [Theory]
    [InlineData("Understudy.Inference", "Azure.")]
    [InlineData("Understudy.Inference", "Microsoft.AspNetCore")]
    [InlineData("Understudy.Inference", "TorchSharp")]
    [InlineData("Understudy.Workflows", "TorchSharp")]
    [InlineData("Understudy.Api", "TorchSharp")]
    [InlineData("Understudy.Functions", "TorchSharp")]
    [InlineData("Understudy.Verifier", "Azure.Storage")]
    [InlineData("Understudy.Verifier", "Azure.Messaging")]
    [InlineData("Understudy.Verifier", "TorchSharp")]
    [InlineData("Understudy.Edge", "TorchSharp")]
    [InlineData("Understudy.Training", "Azure.")]
    [InlineData("Understudy.Training", "Microsoft.AspNetCore")]
    public void Assembly_References_LeaveOutWhatIsNotItsConcern(string assembly, string prefix) =>
        Assert.DoesNotContain(Assembly.Load(assembly).GetReferencedAssemblies(), name => name.Name!.StartsWith(prefix, StringComparison.Ordinal));
}
