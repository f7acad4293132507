# Turns core/store/schema/NNN_*.sql, in order, into core/store/schema.h's
# table: one C text per file.
BEGIN {
    print "#include \"core/store/schema.h\""
    print ""
    print "const char *const schema_files[] = {"
}
FNR == 1 && NR > 1 { print "    ," }
FNR == 1 { printf "    /* %s */\n", FILENAME }
{
    gsub(/\\/, "\\\\")
    gsub(/"/, "\\\"")
    printf "    \"%s\\n\"\n", $0
}
END {
    print "    , NULL,"
    print "};"
}
