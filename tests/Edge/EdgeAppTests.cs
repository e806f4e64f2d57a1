namespace Understudy.Edge.Tests;

public sealed class EdgeAppTests(CloudFixture cloud) : EdgeTest(cloud)
{
    [Fact]
    public async Task Build_NoFolderYet_MakesOneThatOthersCannotLookInto()
    {
        await using var site = Site();

        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Data));
        }
    }
}
