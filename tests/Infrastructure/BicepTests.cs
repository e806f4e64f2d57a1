namespace Understudy.Infrastructure.Tests;

public class BicepTests
{
    public static TheoryData<string> Files
        => [.. Directory.EnumerateFiles(Bicep.Folder, "*.bicep*", SearchOption.AllDirectories).Where(f => !f.EndsWith(".json", StringComparison.Ordinal)).Select(f => Path.GetRelativePath(Bicep.Folder, f)).Order()];

    [Theory]
    [InlineData("main.bicep")]
    [InlineData("edge-site.bicep")]
    public void Build_EachDeployment_SaysNothing(string file)
    {
        Bicep.SkipWhereItCannotRun();

        var (exitCode, output, diagnostics) = Bicep.Run("build", file, "--stdout");

        Assert.Equal((0, ""), (exitCode, diagnostics));
        Assert.NotEmpty(output);
    }

    [Theory]
    [InlineData("main.bicepparam")]
    [InlineData("main.dev.bicepparam")]
    [InlineData("main.prod.bicepparam")]
    public void BuildParams_EachStage_SaysNothing(string file)
    {
        Bicep.SkipWhereItCannotRun();

        var (exitCode, output, diagnostics) = Bicep.Run("build-params", file, "--stdout");

        Assert.Equal((0, ""), (exitCode, diagnostics));
        Assert.NotEmpty(output);
    }

    // Linting main.bicep lints its modules too.
    [Theory]
    [InlineData("main.bicep")]
    [InlineData("edge-site.bicep")]
    [InlineData("main.bicepparam")]
    [InlineData("main.dev.bicepparam")]
    [InlineData("main.prod.bicepparam")]
    public void Lint_DeploymentsAndStages_SaysNothing(string file)
    {
        Bicep.SkipWhereItCannotRun();

        Assert.Equal((0, "", ""), Bicep.Run("lint", file));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Format_EachFile_ChangesNothing(string file)
    {
        Bicep.SkipWhereItCannotRun();

        Assert.Equal(File.ReadAllText(Path.Combine(Bicep.Folder, file)), Bicep.Run("format", file, "--stdout").Output);
    }
}
