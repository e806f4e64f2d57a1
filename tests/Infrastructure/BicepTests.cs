namespace Understudy.Infrastructure.Tests;

public class BicepTests
{
    public static TheoryData<string> Files
        => [.. Directory.EnumerateFiles(Bicep.Folder, "*.bicep*", SearchOption.AllDirectories).Where(f => !f.EndsWith(".json", StringComparison.Ordinal)).Select(f => Path.GetRelativePath(Bicep.Folder, f)).Order()];

    [Fact]
    public void Build_Main_SaysNothing()
    {
        Bicep.SkipWhereItCannotRun();

        var (exitCode, output, diagnostics) = Bicep.Run("build", "main.bicep", "--stdout");

        Assert.Equal((0, ""), (exitCode, diagnostics));
        Assert.NotEmpty(output);
    }

    [Fact]
    public void BuildParams_TheSample_SaysNothing()
    {
        Bicep.SkipWhereItCannotRun();

        var (exitCode, output, diagnostics) = Bicep.Run("build-params", "main.bicepparam", "--stdout");

        Assert.Equal((0, ""), (exitCode, diagnostics));
        Assert.NotEmpty(output);
    }

    // Linting main.bicep lints its modules too.
    [Theory]
    [InlineData("main.bicep")]
    [InlineData("main.bicepparam")]
    public void Lint_MainAndTheSample_SaysNothing(string file)
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
