using Understudy.LocalHost.Durable;
using Understudy.Workflows.Durable;

namespace Understudy.LocalHost.Tests.Durable;

public sealed class DurableDatabaseTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_HeldByAnother_NamesFileAndRemedy()
    {
        var path = _folder.File("workflows.db");
        using var first = DurableDatabase.Open(path, Durability.ProcessCrash);

        var e = Assert.Throws<DurableDatabaseException>(() => DurableDatabase.Open(path, Durability.ProcessCrash));

        Assert.Contains($"'{path}'", e.Message);
        Assert.Contains("in use by another process", e.Message);
        Assert.Contains("DatabasePath of its own", e.Message);
    }

    [Fact]
    public void Open_DiskFull_SaysSoAndNotThatItIsInUse()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The file that is always full is Linux's.");
        var path = _folder.File("workflows.db");
        File.CreateSymbolicLink(path + ".lock", "/dev/full");

        var e = Assert.Throws<DurableDatabaseException>(() => DurableDatabase.Open(path, Durability.ProcessCrash));

        Assert.Contains("cannot be locked", e.Message);
        Assert.DoesNotContain("in use", e.Message);
    }

    [Theory]
    [InlineData(WorkflowStatus.Pending)]
    [InlineData(WorkflowStatus.Running)]
    public void List_Unfinished_ReadsTheirIndexOnly(WorkflowStatus status)
    {
        using var database = DurableDatabase.Open(_folder.File("workflows.db"), Durability.ProcessCrash);
        using var command = database.Connection.CreateCommand();
        command.CommandText = "EXPLAIN QUERY PLAN " + InstanceQuery.ListText(status);
        command.Parameters.AddWithValue("$prefix", "a");
        command.Parameters.AddWithValue("$name", "b");
        command.Parameters.AddWithValue("$limit", 10);

        using var plan = command.ExecuteReader();

        Assert.True(plan.Read());
        Assert.Contains("instances_unfinished", plan.GetString(3));
    }

    [Fact]
    public void Open_AfterTheHolderClosed_Succeeds()
    {
        var path = _folder.File("workflows.db");
        DurableDatabase.Open(path, Durability.ProcessCrash).Dispose();

        DurableDatabase.Open(path, Durability.PowerLoss).Dispose();
    }

    [Fact]
    public void Open_NotADatabase_LeavesTheFileAndSaysWhatToDo()
    {
        var path = _folder.File("workflows.db");
        File.WriteAllText(path, string.Concat(Enumerable.Repeat("this is no database. ", 1000)));
        var before = File.ReadAllBytes(path);

        var e = Assert.Throws<DurableDatabaseException>(() => DurableDatabase.Open(path, Durability.ProcessCrash));

        Assert.Contains($"'{path}' is damaged", e.Message);
        Assert.Contains("move it aside together with 'workflows.db-wal'", e.Message);
        Assert.Equal(before, File.ReadAllBytes(path));
    }

    [Fact]
    public void Open_PagesOverwritten_SaysThatItIsDamaged()
    {
        var path = _folder.File("workflows.db");
        using (var database = DurableDatabase.Open(path, Durability.ProcessCrash))
        {
            database.Begin();
            for (var i = 0; i < 1000; i++)
            {
                database.Instances.Add("instance-" + i, "name", Guid.Empty, DateTimeOffset.UnixEpoch, new string('x', 100), null);
            }

            database.Commit();
        }

        using (var file = File.OpenWrite(path))
        {
            file.Seek(4096 * 10, SeekOrigin.Begin);
            file.Write(new byte[4096 * 5]);
        }

        var e = Assert.Throws<DurableDatabaseException>(() => DurableDatabase.Open(path, Durability.ProcessCrash));

        Assert.Contains($"'{path}' is damaged", e.Message);
    }

    [Fact]
    public void Open_AfterAFailedOpen_IsNotHeld()
    {
        var path = _folder.File("workflows.db");
        File.WriteAllText(path, string.Concat(Enumerable.Repeat("this is no database. ", 1000)));
        Assert.Throws<DurableDatabaseException>(() => DurableDatabase.Open(path, Durability.ProcessCrash));
        File.Delete(path);

        DurableDatabase.Open(path, Durability.ProcessCrash).Dispose();
    }

    [Fact]
    public void Open_OfTheFirstVersion_KeepsItsInstancesAsTheFirstVersionsRuns()
    {
        var path = _folder.File("workflows.db");
        using (var database = DurableDatabase.Open(path, Durability.ProcessCrash))
        {
            database.Instances.Add("old", "name", Guid.Empty, DateTimeOffset.UnixEpoch, "1", null, version: 5, trace: "t");
            using var command = database.Connection.CreateCommand();
            command.CommandText = "ALTER TABLE instances DROP COLUMN version; ALTER TABLE instances DROP COLUMN trace; PRAGMA user_version=1";
            command.ExecuteNonQuery();
        }

        using var again = DurableDatabase.Open(path, Durability.ProcessCrash);

        var row = again.Instances.Find("old")!;
        Assert.Equal((1, null, "1"), (row.Version, row.Trace, row.Input));
    }

    [Fact]
    public void Open_OfALaterVersion_SaysSo()
    {
        var path = _folder.File("workflows.db");
        using (var database = DurableDatabase.Open(path, Durability.ProcessCrash))
        {
            using var command = database.Connection.CreateCommand();
            command.CommandText = "PRAGMA user_version=99";
            command.ExecuteNonQuery();
        }

        var e = Assert.Throws<DurableDatabaseException>(() => DurableDatabase.Open(path, Durability.ProcessCrash));

        Assert.Contains("has schema version 99", e.Message);
    }
}
